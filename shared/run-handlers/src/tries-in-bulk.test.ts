import {
  type BulkHandler,
  defineChain,
  FatalError,
  FatalRunError,
  handlersFor,
  inBulk,
  RetryAfterError,
} from '@tally/chain';
import { mapViewOf, type Run } from '@tally/run-state';
import { HopelessRunError } from '@tally/run-steps';
import { describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { triesOfMap } from './try-items.ts';
import { blobsOf } from './work-files.ts';
import { noLinks, workOf } from './work-of.ts';

const parts = { log: { info: () => {}, warn: () => {} }, blobs: blobsOf(undefined), links: noLinks };
const chain = defineChain({ name: 'c', version: 1, app: 'a', input: z.null() })
  .map('many', { item: z.number(), items: () => [], result: z.number() })
  .output(() => null);
const map = { total: 3, shards: 1, chunkItems: 3, window: 9, counted: [], digest: '', reopened: 0, tolerance: {} };
const run: Run = {
  ...{ status: 'Running', runId: 'r', generation: 'm1', name: 'c', chainVersion: 1, epoch: 1, opened: [], outbox: [] },
  ...{ nodes: { many: { state: 'open', since: 1, openedAt: 0, by: '', map } }, verdict: null },
  ...{ options: { tolerance: {} }, createdAt: 0, updatedAt: 0, input: null },
};

/** The outcomes of tries at the items 10, 11 and 12, by their numbers. */
async function tryAll(
  bulk: BulkHandler<number, number>,
  signal = new AbortController().signal,
  until = new AbortController().signal,
) {
  const view = mapViewOf(run, { node: 'many', since: 1 });
  if (view === null) throw new Error('the map is open');
  const tables = [handlersFor(chain, 'a', { many: inBulk(bulk) })];
  const items = [10, 11, 12].map((input, index) => ({ index, input }));
  const outcomes = await triesOfMap(tables, parts)(
    items,
    { run, view, lane: 'work', until, tries: new Map([[1, 3]]) },
    signal,
  );
  return [...outcomes].map(([index, outcome]) => [index, 'error' in outcome ? outcome.error.code : outcome.result]);
}

describe('a handler that takes many items at once', () => {
  test('is called once for all items of a chunk that are to be tried, with what each would get alone', async () => {
    const calls: unknown[] = [];
    const outcomes = await tryAll(async ({ items, run: about }) => {
      calls.push([about.node, ...items.map(({ input, index, attempt }) => [input, index, attempt])]);
      expect(new Set(items.map(({ key }) => key)).size).toBe(3);
      return items.map(({ input }) => input * 2);
    });
    expect(calls).toEqual([['many', [10, 0, 1], [11, 1, 3], [12, 2, 1]]]);
    expect(outcomes).toEqual([
      [0, 20],
      [1, 22],
      [2, 24],
    ]);
  });

  test('answers for each item: a result, an invalid result, or an error', async () => {
    const odd = new FatalError('Odd', 'an odd number');
    const outcomes = await tryAll(async () => [1, odd, Number.NaN]);
    expect(outcomes).toEqual([
      [0, 1],
      [1, 'Odd'],
      [2, 'ResultInvalid'],
    ]);
  });

  test('that fails, or gives too few or too many answers, has failed for each item', async () => {
    const failing: BulkHandler<number, number> = async () => {
      throw new RetryAfterError('Busy', 'later', '1s');
    };
    expect(await tryAll(failing)).toEqual([0, 1, 2].map((index) => [index, 'Busy']));
    expect(await tryAll(async () => [1, 2])).toEqual([0, 1, 2].map((index) => [index, 'ResultInvalid']));
  });

  test('may end the run, by what it throws or by the error of an item', async () => {
    const end = new FatalRunError('NoLicence', 'the licence is over');
    const throwing: BulkHandler<number, number> = async () => {
      throw end;
    };
    await expect(tryAll(throwing)).rejects.toBeInstanceOf(HopelessRunError);
    await expect(tryAll(async () => [1, end, 3])).rejects.toBeInstanceOf(HopelessRunError);
  });

  describe("whose delivery's time ends meanwhile", () => {
    /** Returns this many answers once it is told to begin nothing more. */
    const tryCut = async (answers: readonly number[]) => {
      const end = new AbortController();
      const bulk: BulkHandler<number, number> = async ({ until }) => {
        end.abort();
        expect(until.aborted).toBe(true);
        return answers;
      };
      return await tryAll(bulk, undefined, end.signal);
    };

    test('reports nothing about items without an answer', async () => {
      expect(await tryCut([1, 2])).toEqual([
        [0, 1],
        [1, 2],
      ]);
    });

    test('has failed for each item if it has no answer at all, since a repetition would end the same', async () => {
      expect(await tryCut([])).toEqual([0, 1, 2].map((index) => [index, 'TryTimedOut']));
    });

    test('reports all answers, or too many, as usual', async () => {
      expect(await tryCut([1, 2, 3])).toEqual([0, 1, 2].map((index) => [index, index + 1]));
      expect(await tryCut([1, 2, 3, 4])).toEqual([0, 1, 2].map((index) => [index, 'ResultInvalid']));
    });
  });

  test('that ignores its signal is ended after five minutes, and has failed for each item', async () => {
    vi.useFakeTimers();
    try {
      const outcomes = tryAll(async () => await new Promise(() => undefined));
      await vi.advanceTimersByTimeAsync(300_000);
      expect(await outcomes).toEqual([0, 1, 2].map((index) => [index, 'TryTimedOut']));
    } finally {
      vi.useRealTimers();
    }
  });

  test('whose run no longer wants the results reports no item', async () => {
    const stop = new AbortController();
    const outcomes = await tryAll(async () => {
      stop.abort();
      throw new Error('stopped');
    }, stop.signal);
    expect(outcomes).toEqual([]);
  });
});

test('a handler that takes many items at once can be called with one', async () => {
  const {
    again: _again,
    state: _state,
    ...work
  } = {
    ...workOf(
      parts,
      run,
      { runId: 'r', generation: 'm1', node: 'many', since: 1 },
      {
        ...{ input: 21, attempt: 1, state: undefined, signal: new AbortController().signal },
      },
    ),
    ...{ input: 21, index: 0 },
  };
  const answering = (...answers: readonly (number | Error)[]) => inBulk<number, number>(async () => answers)(work);
  expect(await answering(42)).toBe(42);
  await expect(answering(new FatalError('Odd', 'an odd number'))).rejects.toMatchObject({ code: 'Odd' });
  await expect(answering()).rejects.toThrow('0 answers to one item');
  await expect(answering(1, 2)).rejects.toThrow('2 answers to one item');
});
