import {
  type Again,
  defineChain,
  FatalError,
  FatalRunError,
  handlersFor,
  RetryAfterError,
  type Work,
} from '@tally/chain';
import type { Json } from '@tally/contracts';
import { mapViewOf, type Run, type TaskTry } from '@tally/run-state';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { triesOfMap } from './try-items.ts';
import { triesOfTask } from './try-task.ts';
import { blobsOf } from './work-files.ts';
import { workKey } from './work-key.ts';
import { noLinks } from './work-of.ts';

const count = z.object({ n: z.number() });
const parts = { log: { info: () => {}, warn: () => {} }, blobs: blobsOf(undefined), links: noLinks };
const chain = defineChain({ name: 'c', version: 2, app: 'a', input: count })
  .task('one', { result: count, timeout: '1s' })
  .map('many', { after: ['one'], item: z.number(), items: ({ run }) => [run.input.n], result: z.number() })
  .output(() => null);
const run: Run = {
  ...{
    status: 'Running',
    runId: 'r',
    generation: 'm1',
    name: 'c',
    chainVersion: 2,
    epoch: 1,
    nodes: {},
    opened: [],
    outbox: [],
  },
  ...{ options: { tolerance: {} }, createdAt: 0, updatedAt: 0, input: null, verdict: null },
};

/** The outcome of one try with this handler. */
async function tryOne(
  handler: (work: Work<Json>) => Promise<Json | Again>,
  signal = new AbortController().signal,
): Promise<TaskTry | null> {
  // This bypasses the compile-time check of `handlersFor`: a handler may return anything at run time.
  const { definition } = chain;
  const tables = [
    { chain: definition, app: 'a', handlers: { one: handler, many: async ({ input }: Work<Json>) => input } },
  ];
  const work = { run, node: 'one', since: 1, attempt: 2, input: { n: 1 }, state: { seen: 1 } };
  return await triesOfTask(tables, parts)(work, signal);
}

describe('a try at a task', () => {
  test('gives the handler its input, the try, the state of the last call, and a key that is the same next time', async () => {
    const seen: Work<Json>[] = [];
    const look = async (work: Work<Json>) => {
      seen.push(work);
      return { n: 2 };
    };
    expect(await tryOne(look)).toEqual({ kind: 'succeeded', result: { n: 2 } });
    await tryOne(look);
    expect(seen[0]).toMatchObject({ input: { n: 1 }, attempt: 2, state: { seen: 1 }, run: { id: 'r', node: 'one' } });
    expect(seen[0]?.key).toBe(seen[1]?.key);
  });

  test.each<[string, unknown, object]>([
    [
      'an error is tried again',
      new Error('down'),
      { kind: 'retry', error: { code: 'HandlerFailed', message: 'down' } },
    ],
    [
      'an error with a code keeps it',
      Object.assign(new Error('x'), { code: 'ECONNRESET' }),
      { error: { code: 'ECONNRESET' } },
    ],
    ['a wait is kept', new RetryAfterError('Busy', 'x', '2m'), { kind: 'retry', retryAfterMs: 120_000 }],
    ['a fatal error is final', new FatalError('Wrong', 'x'), { kind: 'failed', error: { code: 'Wrong' } }],
    [
      'a fatal error of the run ends it',
      new FatalRunError('Infected', 'x'),
      { kind: 'run-failed', error: { code: 'Infected' } },
    ],
    ['a thrown value that is not an error is tried again', 'broken', { kind: 'retry', error: { message: 'broken' } }],
  ])('%s', async (_, thrown, told) => {
    const tried = await tryOne(async () => {
      throw thrown;
    });
    expect(tried).toMatchObject(told);
  });

  test('that asks to be called again uses no try', async () => {
    expect(await tryOne(async ({ again }) => again('30s', { looks: 1 }))).toEqual({
      ...{ kind: 'again', afterMs: 30_000, state: { looks: 1 } },
    });
  });

  test('whose result is not as declared has failed for good, and says why', async () => {
    expect(await tryOne(async () => ({ n: 'two' }))).toMatchObject({
      kind: 'failed',
      error: { code: 'ResultInvalid' },
    });
  });

  test('is over at its time limit, whether its handler heeds the signal or not', async () => {
    expect(await tryOne(async () => await new Promise(() => {}))).toMatchObject({ error: { code: 'TryTimedOut' } });
  });

  test('yields nothing if its result is no longer wanted', async () => {
    const over = new AbortController();
    const tried = tryOne(async ({ signal }) => {
      over.abort(new Error('the run has ended'));
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      throw signal.reason;
    }, over.signal);
    expect(await tried).toBeNull();
  });

  test('of a version without a handler in this app is refused', async () => {
    const work = { run: { ...run, chainVersion: 3 }, node: 'one', since: 1, attempt: 1, input: null, state: undefined };
    await expect(triesOfTask([], parts)(work, new AbortController().signal)).rejects.toThrow(
      'no handler of node "one"',
    );
  });
});

test('items of a map are tried in parallel and independently', async () => {
  const tables = [
    handlersFor(chain, 'a', {
      one: async ({ input }) => input,
      many: async ({ input, index }) => {
        if (index === 1) throw new FatalError('Odd', 'x');
        return input * 2;
      },
    }),
  ];
  const items = [0, 1, 2].map((index) => ({ index, input: index + 10 }));
  const map = {
    ...{ total: 3, shards: 1, chunkItems: 3, window: 3, counted: [] },
    digest: '',
    reopened: 0,
    tolerance: {},
  };
  const open = { state: 'open', since: 1, openedAt: 0, by: '', map } as const;
  const view = mapViewOf({ ...run, nodes: { many: open } }, { node: 'many', since: 1 });
  if (view === null) throw new Error('the run has that round');
  const outcomes = await triesOfMap(tables, parts)(
    items,
    { run, view, lane: 'work', until: new AbortController().signal, tries: new Map() },
    new AbortController().signal,
  );
  expect(outcomes.get(0)).toMatchObject({ kind: 'succeeded', result: 20 });
  expect(outcomes.get(1)).toMatchObject({ kind: 'failed', error: { code: 'Odd' } });
  expect(outcomes.get(2)).toMatchObject({ kind: 'succeeded', result: 24 });
});

test('a key differs between rounds, items, generations and runs, and is valid as a key and in a mail', () => {
  const place = { runId: 'r/ü "x"', generation: 'm1', node: 'pdf', since: 3 };
  const keys = [
    place,
    { ...place, since: 4 },
    { ...place, generation: 'm2' },
    { ...place, runId: 's' },
    { ...place, index: 0 },
  ];
  expect(new Set(keys.map(workKey)).size).toBe(keys.length);
  for (const key of keys.map(workKey)) expect(key).toMatch(/^[a-z0-9.-]+$/);
});
