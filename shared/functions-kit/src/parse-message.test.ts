import { aggregateMessageSchema, workMessageSchema } from '@tally/contracts';
import { expect, test } from 'vitest';
import { parseMessage } from './parse-message.ts';

const shard = { v: 3, runId: 'run', gen: 'mjuohs00', node: 'detect', since: 1, shard: 0, epoch: 1, tok: 'token' };

test('a message of one of several forms is parsed', () => {
  expect(parseMessage(aggregateMessageSchema, JSON.stringify(shard))).toEqual({ value: shard });
});

test.each([
  ['not JSON', 'hello', /^not JSON$/],
  ['no object', '7', /of this queue: the message: .*expected object/],
  ['another version', JSON.stringify({ ...shard, v: 99 }), /of this queue: v: .*version 3/],
  ['a wrong shard of another version', JSON.stringify({ ...shard, v: 2, shard: 'x' }), /of this queue: v: .*version 3/],
])('I6: the reason why %s is no message for aggregate names the field', (_, text, reason) => {
  expect(reasonOf(parseMessage(aggregateMessageSchema, text))).toMatch(reason);
});

test('I6: a field that is missing is named', () => {
  const parsed = parseMessage(workMessageSchema, JSON.stringify(shard));
  expect(reasonOf(parsed)).toMatch(/of this queue: (chunk|attempt): /);
});

function reasonOf(parsed: ReturnType<typeof parseMessage>): string {
  return 'reason' in parsed ? parsed.reason : 'none: it is one';
}
