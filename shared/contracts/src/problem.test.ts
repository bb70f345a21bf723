import { expect, test } from 'vitest';
import { problemDocument, problemSchema } from './problem.ts';

const details = { title: 'Invalid request', detail: 'top: must be at least 1', code: 'InvalidRequest' };

test.each([400, 500])('a problem with %d has its reason also where clients of Durable Functions look', (status) => {
  const errors = [{ field: 'top', message: 'must be at least 1', limit: 1 }];
  expect(problemDocument(status, details)).toMatchObject({ Message: details.detail });
  expect(problemDocument(status, { ...details, errors })).toMatchObject({ errors, Message: 'must be at least 1' });
});

test('a problem of another status has it under the name of the standard alone', () => {
  const document = problemDocument(404, details);
  expect(document).toEqual({ type: 'about:blank', status: 404, ...details });
  expect(problemSchema.parse(document)).toEqual(document);
});
