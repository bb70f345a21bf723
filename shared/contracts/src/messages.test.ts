import { describe, expect, it } from 'vitest';
import {
  aggregateMessageSchema,
  dispatchMessageSchema,
  MESSAGE_VERSION,
  NOTE_MAX_CHARS,
  taskMessageSchema,
  workMessageSchema,
} from './messages.ts';

const head = { v: MESSAGE_VERSION, runId: 'run', gen: 'm1x2' };
const round = { node: 'detect', since: 1 };
const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const dispatch = { ...head, ...round, epoch: 2, tok: 't.1', shards: [0, 5], traceparent };
const counted = { ...head, ...round, shard: 3, epoch: 2, tok: 't.1', traceparent };
const work = {
  ...head,
  ...round,
  shard: 0,
  epoch: 1,
  chunk: 7,
  tok: 't.1',
  attempt: 1,
  items: [4, 5],
  note: 'two items',
};
const task = { ...head, ...round, epoch: 1, tok: 't.1', attempt: 2, calls: 3, note: 'orders: pdf', traceparent };

describe('a message', () => {
  it.each([
    ['dispatches a map', dispatchMessageSchema, dispatch],
    ['reports a finished shard', aggregateMessageSchema, counted],
    ['asks for a look at a node', aggregateMessageSchema, { ...head, ...round, tok: 't.1' }],
    ['asks for a look at the run', aggregateMessageSchema, { ...head, tok: 't.1' }],
    ['permits work on a chunk', workMessageSchema, work],
    ['permits a try at a task', taskMessageSchema, task],
    ["is about a child's run", taskMessageSchema, { ...task, runId: `@${'a'.repeat(43)}` }],
  ])('%s, and is read as it was written', (_, schema, message) => {
    expect(schema.parse(JSON.parse(JSON.stringify(message)))).toEqual(message);
  });

  it.each([
    ['another version', taskMessageSchema, { ...task, v: 2 }],
    ['a name that no node has', taskMessageSchema, { ...task, node: 'a/b' }],
    ['no round', workMessageSchema, { ...work, since: undefined }],
    ['a round before the first', taskMessageSchema, { ...task, since: 0 }],
    ['no token (R5)', aggregateMessageSchema, { ...counted, tok: undefined }],
    ['a name that only children have, without its hash', taskMessageSchema, { ...task, runId: '@run' }],
    ['a try before the first', taskMessageSchema, { ...task, attempt: 0 }],
    ['no call, said in words', taskMessageSchema, { ...task, calls: 0 }],
    ['an item twice', workMessageSchema, { ...work, items: [4, 4] }],
    ['no item, where some are named', workMessageSchema, { ...work, items: [] }],
    ['a shard twice', dispatchMessageSchema, { ...dispatch, shards: [1, 1] }],
    ['a note that is too long', workMessageSchema, { ...work, note: 'x'.repeat(NOTE_MAX_CHARS + 1) }],
    ['more than it may say: it points, and carries nothing', taskMessageSchema, { ...task, input: 'no' }],
  ])('is invalid with %s', (_, schema, message) => {
    expect(schema.safeParse(JSON.parse(JSON.stringify(message))).success).toBe(false);
  });
});
