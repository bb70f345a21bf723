import type { StagePolicy } from '@tally/contracts';
import {
  type Chunk,
  type Ledger,
  type MessageHead,
  type RunIn,
  type ShardEvent,
  type TryOutcome,
  untouchedChunk,
} from '@tally/run-state';
import { z } from 'zod';
import type { ShardKey } from './port.ts';
import type { RowShape } from './run-store.ts';

/** A small chain for tests: items are words, an item's result is a number, the fold adds the numbers up. */
export interface Sum {
  readonly total: number;
}

export interface Measured {
  readonly size: number;
  readonly padding?: string | undefined;
}

export const sumRows: RowShape<string, Measured, Sum> = {
  itemColumn: 'words',
  itemSchema: z.string(),
  resultSchema: z.object({ size: z.number(), padding: z.string().optional() }),
  foldSchema: z.object({ total: z.number() }),
};

export const sumPolicy: StagePolicy<string, Measured, Sum> = {
  fold: {
    empty: { total: 0 },
    add: (folded, _index, _item, result) => ({ total: folded.total + result.size }),
    merge: (left, right) => ({ total: left.total + right.total }),
  },
  retry: { maxAttempts: 3, firstDelayMs: 1_000, maxDelayMs: 60_000 },
  repair: { overdueMs: 60_000, slowestFactor: 3, wholeSends: 3, maxSends: 5 },
};

/** The instant at which the tests take place. */
export const NOON = Date.UTC(2026, 0, 2, 12);

export function runningRun(runId: string, changes: Partial<RunIn<'Running'>> = {}): RunIn<'Running'> {
  return {
    runId,
    gen: NOON.toString(36),
    name: 'sum',
    chainVersion: 1,
    epoch: 1,
    reopenEpoch: 0,
    total: 4,
    shards: 1,
    chunkItems: 1,
    window: 2,
    counted: [],
    options: { tolerance: {} },
    createdAt: NOON,
    updatedAt: NOON,
    input: null,
    customStatus: null,
    status: 'Running',
    gate: { state: 'absent' },
    ...changes,
  };
}

export function shardKey(run: Pick<RunIn<'Running'>, 'runId' | 'gen'>, shard = 0): ShardKey {
  return { runId: run.runId, gen: run.gen, stage: 'measure', shard };
}

/** A shard of `chunks` chunks of one item each, `open` of them claimed by `start`. */
export function newLedger(chunks: number, open = 0): Ledger<Sum> {
  const entries = Array.from({ length: open }, (_, chunk) => ({ chunk, at: NOON, sends: 0, by: 'start' }));
  return {
    shard: 0,
    first: 0,
    count: chunks,
    epoch: 1,
    closed: false,
    slowestMs: 0,
    succeeded: 0,
    failed: 0,
    todo: open < chunks ? [[open, chunks - 1]] : [],
    open: entries,
    owed: [],
    failures: [],
    fold: { total: 0 },
  };
}

export function newChunks(count: number, items: (chunk: number) => string[] = (chunk) => [`word ${chunk}`]) {
  return Array.from(
    { length: count },
    (_, chunk): Chunk<string, Measured> => untouchedChunk(chunk, chunk, items(chunk)),
  );
}

/** What a worker reports of a one-item chunk. */
export function recordOf(
  chunk: number,
  tok: string,
  outcome: TryOutcome<Measured> = { kind: 'succeeded', result: { size: chunk + 1 }, durationMs: 5 },
  message: Partial<MessageHead> = {},
): Extract<ShardEvent<Measured>, { type: 'record' }> {
  return {
    type: 'record',
    message: { epoch: 1, chunk, tok, attempt: 1, items: [chunk], ...message },
    outcomes: new Map([[chunk, outcome]]),
    chance: { tok: `sent-by-${tok}`, jitter: 0.5 },
  };
}
