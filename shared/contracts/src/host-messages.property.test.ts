import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messageText } from './json.ts';
import {
  type AggregateMessage,
  aggregateMessageSchema,
  type DispatchMessage,
  dispatchMessageSchema,
  type TaskMessage,
  taskMessageSchema,
  type WorkMessage,
  workMessageSchema,
} from './messages.ts';

/**
 * Any count up to the largest that a schema takes, and ids that look like what the host rewrites elsewhere.
 */
const count = fc.oneof(fc.nat(), fc.constantFrom(0, Number.MAX_SAFE_INTEGER));
const least1 = count.map((number) => Math.max(1, number));
const head = fc.record({
  v: fc.constant(3 as const),
  runId: fc.oneof(
    fc.string({ minLength: 1, maxLength: 40, unit: fc.constantFrom('a', '9', '-', '.', ':', '%', ' ', 'ü', '😀') }),
    fc.constantFrom('2026-01-02T03:04:05.670Z', '12345678901234567890', '1e400', 'NaN', '0x10', 'true', '[1]'),
  ),
  gen: fc.constantFrom('m1x2', '0', '1e400'),
  node: fc.constantFrom('detect', '0', '1e400', '-'),
  since: count.map((number) => Math.max(1, number)),
});
const numbers = fc.uniqueArray(count, { minLength: 1, maxLength: 5 });

const dispatch: fc.Arbitrary<DispatchMessage> = fc
  .tuple(head, least1, fc.option(numbers))
  .map(([start, epoch, shards]) => ({ ...start, epoch, tok: 'tok_-.1', ...(shards !== null && { shards }) }));
const aggregate: fc.Arbitrary<AggregateMessage> = fc
  .tuple(head, count, least1)
  .map(([start, shard, epoch]) => ({ ...start, shard, epoch, tok: 'tok' }));
const work: fc.Arbitrary<WorkMessage> = fc
  .tuple(head, fc.tuple(count, least1, count, least1), numbers)
  .map(([start, [shard, epoch, chunk, attempt], items]) => ({
    ...start,
    ...{ shard, epoch, chunk, tok: 'tok', attempt, items },
  }));

const task: fc.Arbitrary<TaskMessage> = fc
  .tuple(head, least1, least1)
  .map(([start, epoch, attempt]) => ({ ...start, epoch, tok: 'tok', attempt }));

/**
 * A text as the host's worker hands it over. Numbers become doubles, those out of range null. The text is
 * written again, indented.
 */
function handedOver(text: string): string {
  return JSON.stringify(JSON.parse(text), null, 2);
}

test.each([
  ['dispatch', dispatchMessageSchema, dispatch],
  ['aggregate', aggregateMessageSchema, aggregate],
  ['work', workMessageSchema, work],
  ['task', taskMessageSchema, task],
] as const)('a %s message means the same after the host has parsed and written it', (_, schema, messages) => {
  fc.assert(
    fc.property<[object]>(messages, (message) => {
      const read = schema.parse(JSON.parse(handedOver(messageText(message))));
      expect(read).toEqual(message);
    }),
  );
});

test('a number that the host would round is not in our messages', () => {
  const text = '{"v":3,"runId":"run","gen":"g","node":"n","since":1,"epoch":9007199254740993,"tok":"t"}';
  expect(dispatchMessageSchema.safeParse(JSON.parse(handedOver(text))).success).toBe(false);
  expect(
    dispatchMessageSchema.safeParse(JSON.parse(handedOver(text.replace('9007199254740993', '1e400')))).success,
  ).toBe(false);
});
