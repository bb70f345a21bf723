import { isTerminal } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';
import { type RunCounts, readCounts } from './read-counts.ts';

/** How a run gets on. */
export interface RunProgress {
  readonly counts: RunCounts;
  /** Items done a second, from the start until now or the end, pauses included; null while nothing is done. */
  readonly rate: number | null;
  /** When the run will be through at that rate, ISO; null where nobody can tell, or it has ended. */
  readonly eta: string | null;
  /** About how many storage requests the run has taken: see {@link storageTransactions}. */
  readonly storageTransactions: number;
}

/** Progress from one read a shard, or from the run row alone where it has ended and is cleaned up. */
export async function readProgress<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  run: Run,
): Promise<RunProgress> {
  const counts = await readCounts(context, run);
  const now = context.now();
  const until = 'endedAt' in run ? run.endedAt : now;
  // A run of a few milliseconds has a rate too; below one the clock can't tell.
  const seconds = Math.max(1, until - run.createdAt) / 1000;
  const done = counts.succeeded + counts.failed;
  const rate = done === 0 ? null : done / seconds;
  const isMoving = run.status === 'Running' && rate !== null && counts.pending + counts.inFlight > 0;
  const eta = isMoving ? new Date(now + ((counts.pending + counts.inFlight) / rate) * 1000).toISOString() : null;
  return { counts, rate, eta, storageTransactions: storageTransactions(run, counts) };
}

/** Read and touch of the live row, run row twice, lines of the listing, housekeeping's reads and writes of the same, the live row's end. */
const REQUESTS_A_RUN = 14;
/** Dispatch and collector: ledger inserted, read and written by the dispatch, told of, fetched, counted, closed, and the message deleted. */
const REQUESTS_A_SHARD = 10;
/** A chunk's message put, its share of a fetch of sixteen, deleted; the next chunk's row read; one transaction for results and claims. */
const REQUESTS_A_CHUNK = 4 + 1 / 16;
/** Chunk rows that are inserted in one transaction, beside which the ledger may stand. */
const CHUNKS_A_TRANSACTION = 99;

/**
 * An estimate of the storage requests that the run has taken so far, from what its rows tell:
 * `14 + shards × 10 + chunks / 99 + 4.06 × (chunks done)`. Retries, repairs, the looks at empty queues and status polls are not in the
 * rows, so they aren't in the number; commits that were merged make the true one smaller.
 */
function storageTransactions(run: Run, { succeeded, failed, inFlight }: RunCounts): number {
  const chunks = Math.ceil(run.total / run.chunkItems);
  const begun = isTerminal(run.status) ? succeeded + failed : succeeded + failed + inFlight;
  const chunksBegun = Math.ceil(begun / run.chunkItems);
  const inserted = Math.ceil(chunks / CHUNKS_A_TRANSACTION);
  return Math.round(REQUESTS_A_RUN + run.shards * REQUESTS_A_SHARD + inserted + chunksBegun * REQUESTS_A_CHUNK);
}
