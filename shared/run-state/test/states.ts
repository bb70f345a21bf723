import type { Chunk, Ledger, Run, RunHead, ShardEvent, ShardState, TryOutcome } from '../src/index.ts';
import { countingFold, type Folded, good, headOfSetting, type Item } from './counting-chain.ts';

/** Values for tests of single decisions. The clock stands still. */
export const NOW = 1_700_000_000_000;
export const chance = { tok: 'fresh', jitter: 0.5 };

export const head: RunHead = {
  ...headOfSetting({ shards: [[[good(1), good(2), good(3)]]], windowChunks: 2 }, 'gen', NOW - 10_000),
  total: 12,
};

export const pendingRun: Run = { ...head, status: 'Pending' };

export function runningRun(over: Partial<RunHead> = {}): Extract<Run, { status: 'Running' }> {
  return { ...head, ...over, status: 'Running', gate: { state: 'absent' } };
}

export function suspendedRun(over: Partial<RunHead> = {}): Run {
  return { ...head, ...over, status: 'Suspended', gate: { state: 'absent' }, reason: null };
}

export function failedRun(over: Partial<RunHead> = {}, code = 'Stopped'): Run {
  return { ...head, ...over, status: 'Failed', endedAt: NOW, housed: null, error: { code, message: 'in a test' } };
}

export function completedRun(over: Partial<RunHead> = {}): Run {
  return { ...head, ...over, status: 'Completed', endedAt: NOW, housed: null, output: null };
}

export function ledgerOf(over: Partial<Ledger<Folded>> = {}): Ledger<Folded> {
  return {
    ...{ shard: 0, first: 0, count: 12, epoch: 1, closed: false, todo: [], open: [], owed: [], slowestMs: 0 },
    ...{ succeeded: 0, failed: 0, failures: [], fold: countingFold.empty },
    ...over,
  };
}

export const claim = (chunk: number, over: Partial<Ledger<Folded>['open'][number]> = {}) => ({
  ...{ chunk, at: NOW - 1_000, sends: 0, by: 'claimer' },
  ...over,
});

/** Chunk `number` of three items of the values 1, 2 and 3. */
export function chunkOfThree(number: number, over: Partial<Chunk<Item, number>> = {}): Chunk<Item, number> {
  return {
    ...{ chunk: number, first: number * 3, items: [good(1), good(2), good(3)] },
    ...{ attempts: [0, 0, 0], outcomes: [null, null, null] },
    ...over,
  };
}

export const ok = (result: number): TryOutcome<number> => ({ kind: 'succeeded', result, durationMs: 5 });
export const broken: TryOutcome<number> = { kind: 'failed', error: { code: 'Broken', message: 'no' }, durationMs: 5 };
export const busy: Extract<TryOutcome<number>, { kind: 'retry' }> = {
  kind: 'retry',
  error: { code: 'Busy', message: 'later' },
  durationMs: 5,
  retryAfterMs: 0,
};

export function stateOf(
  ledger: Partial<Ledger<Folded>>,
  chunks: readonly Chunk<Item, number>[] = [],
  run: Run = runningRun(),
): ShardState<Item, number, Folded> {
  return { run, ledger: ledgerOf(ledger), chunks: new Map(chunks.map((chunk) => [chunk.chunk, chunk])) };
}

type RecordEvent = Extract<ShardEvent<number>, { type: 'record' }>;

/** A delivery of the message for all items of chunk 0, with outcomes by item number. */
export function recordOf(
  outcomes: Readonly<Record<number, TryOutcome<number>>>,
  message: Partial<RecordEvent['message']> = {},
): RecordEvent {
  return {
    type: 'record',
    message: { epoch: 1, chunk: 0, tok: 'mine', attempt: 1, items: [0, 1, 2], ...message },
    outcomes: new Map(Object.entries(outcomes).map(([index, outcome]) => [Number(index), outcome])),
    tries: new Map(Object.keys(outcomes).map((index) => [Number(index), message.attempt ?? 1])),
    chance,
  };
}
