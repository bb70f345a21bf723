import { expect, test } from 'vitest';
import { conditionDeletes } from './delete-conditions.ts';

const body = [
  '--changeset_1',
  'content-type: application/http',
  '',
  `POST http://127.0.0.1/account/t HTTP/1.1`,
  'Accept: application/json',
  '',
  '{"text":"DELETE x HTTP/1.1\\r\\nIf-Match: *"}',
  '--changeset_1',
  '',
  `DELETE http://127.0.0.1/account/t(PartitionKey='p',RowKey='a') HTTP/1.1`,
  'Accept: application/json',
  'If-Match: *',
  '',
  '--changeset_1--',
].join('\r\n');

test('I8: each delete gets the ETag of its row version, and text in a row is not mistaken for a delete', () => {
  const conditional = conditionDeletes(body, [`W/"datetime'1'"`]);
  expect(conditional).toBe(body.replace('\r\nIf-Match: *\r\n', `\r\nIf-Match: W/"datetime'1'"\r\n`));
});

test('I8: a body of another shape is refused, so that no delete is sent without its condition', () => {
  expect(() => conditionDeletes(body, ['a', 'b'])).toThrow('found 1 deletes in a transaction of 2');
  expect(() => conditionDeletes(body.replace('\r\nIf-Match: *\r\n', '\r\nX: y\r\n'), ['a'])).toThrow('found 0 deletes');
});
