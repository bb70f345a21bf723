import type { Fold, StagePolicy } from '@tally/contracts';
import type { GatePolicy, RunHead, RunPolicy, Tolerance, TryOutcome } from '../src/index.ts';

/**
 * The chain that the model runs: an item says itself how its tries end, so that what a run must come to is known before it starts.
 */
export interface Item {
  readonly value: number;
  /** Tries that ask for another one before the item ends. */
  readonly retries: number;
  readonly ends: 'succeeded' | 'failed';
  /** Whether the worker that takes it up dies. */
  readonly kills: boolean;
}

export interface Folded {
  readonly count: number;
  readonly sum: number;
  readonly max: number;
}

export const countingFold: Fold<Item, number, Folded> = {
  empty: { count: 0, sum: 0, max: 0 },
  add: (folded, _index, _item, result) => countingFold.merge(folded, { count: 1, sum: result, max: result }),
  merge: (a, b) => ({ count: a.count + b.count, sum: a.sum + b.sum, max: Math.max(a.max, b.max) }),
};

export const policy: StagePolicy<Item, number, Folded> = {
  fold: countingFold,
  retry: { maxAttempts: 3, firstDelayMs: 5_000, maxDelayMs: 20_000 },
  repair: { overdueMs: 60_000, slowestFactor: 3, wholeSends: 3, singleSpreadFactor: 5, maxSends: 5 },
};

export const runPolicy: RunPolicy<Folded> = {
  fold: countingFold,
  summarize: (_run, { succeeded, failed, fold }) => ({ succeeded, failed, ...fold }),
};

/** A run to be modelled: items by shard and chunk. */
export interface Setting {
  readonly shards: readonly (readonly (readonly Item[])[])[];
  /** How many chunks may be claimed at once. */
  readonly windowChunks: number;
  /** How many items, where that is no whole number of chunks. */
  readonly windowItems?: number;
  readonly tolerance?: Tolerance;
  readonly gate?: GatePolicy;
  readonly deadlineMs?: number;
}

/** Items a chunk holds at most, in the model. */
export const CHUNK_ITEMS = 3;

export const good = (value: number): Item => ({ value, retries: 0, ends: 'succeeded', kills: false });
export const bad = (value: number): Item => ({ ...good(value), ends: 'failed' });
export const flaky = (value: number, retries: number): Item => ({ ...good(value), retries });
export const killer = (value: number): Item => ({ ...good(value), kills: true });

/** What a try at an item comes to. */
export function tryItem(item: Item, attempt: number): TryOutcome<number> {
  const error = { code: 'Broken', message: `item of value ${item.value}` };
  if (attempt <= item.retries)
    return { kind: 'retry', error: { code: 'Busy', message: 'later' }, durationMs: 1, retryAfterMs: 0 };
  if (item.ends === 'failed') return { kind: 'failed', error, durationMs: 1 };
  return { kind: 'succeeded', result: item.value, durationMs: 1 };
}

/** How an item ends when nothing disturbs it; computed without ledger, chunks or messages. */
export function endOf(item: Item): 'succeeded' | 'failed' {
  return item.retries >= policy.retry.maxAttempts || item.kills ? 'failed' : item.ends;
}

/** What the whole run must come to, computed directly. */
export function expectedOutput(setting: Setting): { succeeded: number; failed: number } & Folded {
  const items = setting.shards.flat(2);
  const values = items.filter((item) => endOf(item) === 'succeeded').map((item) => item.value);
  return {
    succeeded: values.length,
    failed: items.length - values.length,
    count: values.length,
    sum: values.reduce((sum, value) => sum + value, 0),
    max: Math.max(0, ...values),
  };
}

export function headOfSetting(setting: Setting, gen: string, now: number): RunHead {
  const { shards, windowChunks, windowItems, tolerance = {}, gate, deadlineMs } = setting;
  return {
    runId: 'run',
    gen,
    name: 'counting',
    chainVersion: 1,
    epoch: 1,
    reopenEpoch: 0,
    total: shards.flat(2).length,
    shards: shards.length,
    chunkItems: CHUNK_ITEMS,
    window: windowItems ?? windowChunks * CHUNK_ITEMS,
    counted: [],
    options: { tolerance, gate, deadline: deadlineMs === undefined ? undefined : now + deadlineMs },
    createdAt: now,
    updatedAt: now,
    input: null,
    customStatus: null,
  };
}
