import type { Problem } from '@tally/api';
import { RefusedError, UnexpectedAnswerError, UnreachableError } from '@tally/client';
import { StartError, UsageError } from '@tally/start';
import { expect, test } from 'vitest';
import { explainFailure, renderProblem } from './explain-failure.ts';
import { NoSystemError } from './target-system.ts';

const problem: Problem = {
  type: 'about:blank',
  title: 'Invalid request',
  status: 400,
  detail: 'window: is too large (and 1 more)',
  code: 'InvalidRequest',
  errors: [
    { field: 'window', message: 'is too large', limit: 1_000_000 },
    { field: 'urls[3]', message: 'must be an http or https URL' },
  ],
};

test('a problem is one line, then a line for each field with its limit', () => {
  expect(renderProblem(problem)).toBe(
    [
      'Refused: 400 Invalid request (InvalidRequest): window: is too large (and 1 more)',
      '  window: is too large (limit 1000000)',
      '  urls[3]: must be an http or https URL',
    ].join('\n'),
  );
});

test('a single field is not repeated', () => {
  const errors = [{ field: 'top', message: 'is too large', limit: 1_000 }];
  expect(renderProblem({ ...problem, detail: 'top: is too large', errors })).toBe(
    'Refused: 400 Invalid request (InvalidRequest)\n  top: is too large (limit 1000)',
  );
});

test('a program gets the problem document', () => {
  const failure = explainFailure(new RefusedError(problem), true);
  expect(JSON.parse(failure?.text ?? '')).toEqual(problem);
});

const unreachable = new UnreachableError("http://127.0.0.1:9 doesn't answer");

test.each([
  ['refused', new RefusedError(problem), 1],
  ['something that can be mended', new StartError('a file is gone'), 1],
  ['a wrong command line', new UsageError('Which runs?'), 2],
  ['there is no answer', unreachable, 3],
  ['there is no answer any more', new StartError('gone', { cause: unreachable }), 3],
  ['nothing runs here', new NoSystemError('No Tally is running here.'), 3],
  ['something else answers', new UnexpectedAnswerError('GET http://x/api/chain answers 200'), 3],
] as const)('the exit code if %s', (_, error, exitCode) => {
  expect(explainFailure(error, false)?.exitCode).toBe(exitCode);
});

test('an unforeseen error is not explained away', () => {
  expect(explainFailure(new TypeError('x is not a function'), false)).toBeNull();
});
