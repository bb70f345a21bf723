import { describe, expect, it } from 'vitest';
import { view } from '../test/states.ts';
import type { SendChunk } from './effects.ts';
import { permitsOf } from './permits.ts';

const send: SendChunk = {
  ...{ type: 'send-chunk', shard: 0, chunk: 1, epoch: 4, token: 't.1', attempt: 2, split: false, delayMs: 0 },
};
const noteOf = (items: readonly number[] | undefined) => `note of ${items?.join() ?? 'all'}`;
const permits = (over: Partial<SendChunk>) => permitsOf(view, { ...send, ...over }, noteOf);

describe('permitsOf', () => {
  it('points at a chunk and carries none of its content', () => {
    expect(permits({})).toEqual([
      {
        ...{ v: 3, runId: 'run', gen: 'gen', node: 'work', since: 1, shard: 0, epoch: 4, chunk: 1 },
        ...{ tok: 't.1', attempt: 2, note: 'note of all' },
      },
    ]);
  });

  it("passes the run's trace on", () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    expect(permitsOf({ ...view, traceparent }, send, noteOf)[0]?.traceparent).toBe(traceparent);
  });

  it('names the wanted items by their numbers', () => {
    expect(permits({ items: [4, 5] })).toMatchObject([{ tok: 't.1', items: [4, 5], note: 'note of 4,5' }]);
  });

  it('splits into single items, each with its own token', () => {
    expect(permits({ items: [4, 5], split: true })).toMatchObject([
      { tok: 't.1.4', items: [4], note: 'note of 4' },
      { tok: 't.1.5', items: [5], note: 'note of 5' },
    ]);
  });

  it('I7: sends one message if the open items of a chunk are unknown, so that its claim is removed if it is done', () => {
    expect(permits({ split: true })).toHaveLength(1);
  });
});
