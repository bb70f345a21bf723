import type { Chunk, Ledger, MapView, ShardEvent, ShardState, TryOutcome } from '../src/index.ts';
import { countingFold, good } from './counting-chain.ts';

/** Values for tests of single decisions about a shard. The clock stands still. */
export const NOW = 1_700_000_000_000;
export const chance = { token: 'fresh', jitter: 0.5 };

/** A map node of a Running run, as its shards see it. */
export const view: MapView = {
  ...{ runId: 'run', generation: 'gen', epoch: 1, traceparent: undefined, node: 'work', since: 1, status: 'Running' },
  ...{ reopenEpoch: 0, total: 12, shards: 1, chunkItems: 3, window: 6, widest: 6, counted: [], tolerance: {} },
  options: { deadline: undefined },
};

export function runningRun(over: Partial<MapView> = {}): MapView {
  return { ...view, ...over };
}

export function suspendedRun(over: Partial<MapView> = {}): MapView {
  return { ...view, ...over, status: 'Suspended' };
}

export function failedRun(over: Partial<MapView> = {}): MapView {
  return { ...view, ...over, status: 'Failed' };
}

export function completedRun(over: Partial<MapView> = {}): MapView {
  return { ...view, ...over, status: 'Completed' };
}

export function ledgerOf(over: Partial<Ledger> = {}): Ledger {
  return {
    ...{ shard: 0, first: 0, count: 12, epoch: 1, closed: false, todo: [], open: [], outbox: [], usualMs: 0 },
    ...{ succeeded: 0, failed: 0, failures: [], fold: countingFold.empty },
    ...over,
  };
}

export const claim = (chunk: number, over: Partial<Ledger['open'][number]> = {}) => ({
  ...{ chunk, at: NOW - 1_000, sends: 0, by: 'claimer' },
  ...over,
});

/** Chunk `number` of three items of the values 1, 2 and 3. */
export function chunkOfThree(number: number, over: Partial<Chunk> = {}): Chunk {
  return {
    ...{ chunk: number, first: number * 3, items: [good(1), good(2), good(3)] },
    ...{ attempts: [0, 0, 0], outcomes: [null, null, null] },
    ...over,
  };
}

export const ok = (result: number): TryOutcome => ({ kind: 'succeeded', result, durationMs: 5 });
export const broken: TryOutcome = { kind: 'failed', error: { code: 'Broken', message: 'no' }, durationMs: 5 };
export const busy: Extract<TryOutcome, { kind: 'retry' }> = {
  kind: 'retry',
  error: { code: 'Busy', message: 'later' },
  durationMs: 5,
  retryAfterMs: 0,
};

export function stateOf(
  ledger: Partial<Ledger>,
  chunks: readonly Chunk[] = [],
  run: MapView = runningRun(),
): ShardState {
  return { run, ledger: ledgerOf(ledger), chunks: new Map(chunks.map((chunk) => [chunk.chunk, chunk])) };
}

type RecordEvent = Extract<ShardEvent, { type: 'record' }>;

/** A delivery of the message for all items of chunk 0, with outcomes by item number. */
export function recordOf(
  outcomes: Readonly<Record<number, TryOutcome>>,
  message: Partial<RecordEvent['message']> = {},
): RecordEvent {
  return {
    type: 'record',
    message: { epoch: 1, chunk: 0, token: 'mine', attempt: 1, items: [0, 1, 2], ...message },
    outcomes: new Map(Object.entries(outcomes).map(([index, outcome]) => [Number(index), outcome])),
    tries: new Map(Object.keys(outcomes).map((index) => [Number(index), message.attempt ?? 1])),
    chance,
  };
}
