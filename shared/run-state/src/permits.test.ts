import { describe, expect, it } from 'vitest';
import { chunkOfThree, head } from '../test/states.ts';
import type { SendChunk } from './effects.ts';
import { permitsOf } from './permits.ts';

const done = { status: 'succeeded', result: 1, durationMs: 1 } as const;
const send: SendChunk = { type: 'send-chunk', shard: 0, chunk: 1, epoch: 4, tok: 't.1', split: false, delayMs: 0 };
const numbers = (permits: ReturnType<typeof permitsOf>) => permits.map(({ items }) => items.map(({ index }) => index));

describe('permitsOf', () => {
  it('sends an untouched chunk whole, with its ETag, so that the commit needs no read', () => {
    const chunk = chunkOfThree(1);
    expect(permitsOf(head, 'work', send, chunk, 'W/1')).toEqual([
      {
        ...{ v: 1, runId: 'run', gen: 'gen', stage: 'work', shard: 0, epoch: 4, chunk: 1 },
        ...{ tok: 't.1', etag: 'W/1', attempt: 1 },
        items: chunk.items.map((input, place) => ({ index: 3 + place, input })),
      },
    ]);
  });

  it("passes the run's trace on", () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    expect(permitsOf({ ...head, traceparent }, 'work', send, chunkOfThree(1), '')[0]?.traceparent).toBe(traceparent);
  });

  it('sends only what has no result, one try further than the highest recorded one, and without ETag', () => {
    const [permit] = permitsOf(
      head,
      'work',
      send,
      chunkOfThree(1, { outcomes: [done, null, null], attempts: [2, 0, 1] }),
      'W/1',
    );
    expect(permit).toMatchObject({ attempt: 2, items: [{ index: 4 }, { index: 5 }] });
    expect(permit).not.toHaveProperty('etag');
  });

  it('sends only the wanted items, without ETag', () => {
    const permits = permitsOf(head, 'work', { ...send, items: [4] }, chunkOfThree(1), 'W/1');
    expect(numbers(permits)).toEqual([[4]]);
    expect(permits[0]).not.toHaveProperty('etag');
  });

  it('splits into single items, each under a token of its own', () => {
    const permits = permitsOf(head, 'work', { ...send, split: true }, chunkOfThree(1, { attempts: [0, 1, 0] }), 'W/1');
    expect(permits.map(({ tok, attempt }) => [tok, attempt])).toEqual([
      ['t.1.3', 1],
      ['t.1.4', 2],
      ['t.1.5', 1],
    ]);
    expect(numbers(permits)).toEqual([[3], [4], [5]]);
  });

  it.each([false, true])(
    'I7: sends one message for a chunk that is done, so that its claim is taken out (split: %s)',
    (split) => {
      const permits = permitsOf(
        head,
        'work',
        { ...send, split },
        chunkOfThree(1, { outcomes: [done, done, done] }),
        'W/1',
      );
      expect(numbers(permits)).toEqual([[3]]);
      expect(permits[0]).not.toHaveProperty('etag');
    },
  );

  it('sends nothing where the wanted items are done and others are out under messages of their own', () => {
    const chunk = chunkOfThree(1, { outcomes: [done, null, null] });
    expect(permitsOf(head, 'work', { ...send, items: [3] }, chunk, 'W/1')).toEqual([]);
  });

  it('takes an item without recorded attempts for untried', () => {
    expect(permitsOf(head, 'work', send, chunkOfThree(1, { attempts: [] }), 'W/1')[0]?.attempt).toBe(1);
  });
});
