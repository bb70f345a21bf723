import { describe, expect, it } from 'vitest';
import {
  collectMessageSchema,
  dispatchMessageSchema,
  NOTE_MAX_CHARS,
  taskMessageSchema,
  type WorkMessage,
  workMessageSchema,
} from './messages.ts';

const head = { v: 3, runId: 'run', gen: 'm1x2' } as const;
const work: WorkMessage = {
  ...head,
  ...{ node: 'detect', since: 1, shard: 2, epoch: 3, chunk: 17, tok: 'aB3_-.1', attempt: 1, items: [40, 41] },
  ...{ note: '2 items', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
};
const dispatch = { ...head, node: 'detect', since: 1, epoch: 1, tok: 't' };
const collect = { ...dispatch, shard: 0 };

describe('messages', () => {
  it('of work point at a chunk, or at some of its items', () => {
    expect(workMessageSchema.parse(work)).toEqual(work);
    const { items: _, note: __, traceparent: ___, ...bare } = work;
    expect(workMessageSchema.parse(bare)).toEqual(bare);
  });

  it('never use a name that the host overwrites with the metadata of the message', () => {
    for (const reserved of ['id', 'dequeueCount', 'popReceipt']) {
      expect(Object.keys(work)).not.toContain(reserved);
      expect(workMessageSchema.safeParse({ ...work, [reserved]: 'x' }).success).toBe(false);
      expect(dispatchMessageSchema.safeParse({ ...dispatch, [reserved]: 'x' }).success).toBe(false);
      expect(collectMessageSchema.safeParse({ ...collect, [reserved]: 'x' }).success).toBe(false);
    }
  });

  it('of tasks permit one try', () => {
    const { shard: _, chunk: __, items: ___, ...task } = work;
    expect(taskMessageSchema.parse(task)).toEqual(task);
    expect(taskMessageSchema.safeParse(work).success).toBe(false);
  });

  it('of dispatch and collect are what their apps take', () => {
    expect(dispatchMessageSchema.safeParse({ ...dispatch, shards: [0, 3] }).success).toBe(true);
    expect(collectMessageSchema.safeParse(collect).success).toBe(true);
    expect(collectMessageSchema.safeParse({ ...head, tok: 't' }).success).toBe(true);
  });

  it.each([
    ['another version', { ...work, v: 2 }],
    ['a node that no chain can have', { ...work, node: 'Detect' }],
    ['no round', { ...work, since: 0 }],
    ['a chunk below zero', { ...work, chunk: -1 }],
    ['half a shard', { ...work, shard: 0.5 }],
    ['no item', { ...work, items: [] }],
    ['an item twice', { ...work, items: [3, 4, 3] }],
    ['more items than a chunk holds', { ...work, items: Array.from({ length: 101 }, (_, index) => index) }],
    ['items instead of their numbers', { ...work, items: [{ index: 40, url: 'https://photos.example/a.jpg' }] }],
    ['attempt 0', { ...work, attempt: 0 }],
    ['a note that is no note', { ...work, note: 'x'.repeat(NOTE_MAX_CHARS + 1) }],
    ['a property that nobody knows', { ...work, colour: 'red' }],
    ['a prototype', JSON.parse(JSON.stringify(work).replace('{', '{"__proto__":{"chunk":3},'))],
  ])('of work are refused with %s', (_, message) => {
    expect(workMessageSchema.safeParse(message).success).toBe(false);
  });

  it('of dispatch and collect are refused with a node or a shard that no chain can have', () => {
    expect(dispatchMessageSchema.safeParse({ ...dispatch, shards: [1, 1] }).success).toBe(false);
    expect(dispatchMessageSchema.safeParse({ ...dispatch, shards: [-1] }).success).toBe(false);
    const shards = Array.from({ length: 65 }, (_, shard) => shard);
    expect(dispatchMessageSchema.safeParse({ ...dispatch, shards }).success).toBe(false);
    expect(collectMessageSchema.safeParse({ ...collect, node: '' }).success).toBe(false);
  });

  it('of an older version are refused in words that say so', () => {
    const parsed = workMessageSchema.safeParse({ ...work, v: 2 });
    expect(parsed.error?.issues[0]?.message).toContain('messages of version 3');
  });
});
