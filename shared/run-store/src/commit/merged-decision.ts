import { isDeepStrictEqual } from 'node:util';
import type { StagePolicy } from '@tally/contracts';
import {
  type Chunk,
  decideShard,
  type Ledger,
  type ShardDecision,
  type ShardEvent,
  type ShardState,
} from '@tally/run-state';
import type { ShardRows } from '../stored.ts';
import { asciiBytes } from '../tables/table-limits.ts';
import type { CommitJob } from './commit-job.ts';
import type { ShardView } from './shard-view.ts';

/** The limits of one transaction. */
export interface CommitLimits {
  /** Chunk rows, beside the ledger. */
  readonly rows: number;
  /** Estimated bytes of the changed chunks. */
  readonly bytes: number;
}

export interface DecidedJob {
  readonly job: CommitJob;
  readonly decision: ShardDecision;
  readonly chunks: readonly number[];
  readonly isChange: boolean;
}

/** Several jobs' decisions, one after another, as one commit. */
export interface MergedDecision {
  readonly decided: readonly DecidedJob[];
  readonly failed: ReadonlyMap<CommitJob, unknown>;
  /** Jobs from the first one on that doesn't fit. */
  readonly left: readonly CommitJob[];
  readonly before: ShardRows;
  /** Null: nothing changes. */
  readonly after: ShardState | null;
}

/**
 * Decides jobs on one view of a shard, each on the result of those before it. A job that can't be decided
 * fails alone.
 * @returns null where the shard has no ledger
 */
export async function decideMerged(
  view: ShardView,
  jobs: readonly CommitJob[],
  policy: StagePolicy,
  now: number,
  limits: CommitLimits,
): Promise<MergedDecision | null> {
  const standing = await view.ledger();
  if (standing === null) return null;
  let ledger: Ledger = standing.value;
  const changed = new Map<number, Chunk>();
  const sizes = new Map<number, number>();
  const decided: DecidedJob[] = [];
  const failed = new Map<CommitJob, unknown>();
  let left: readonly CommitJob[] = [];
  // One job is committed whatever its size.
  const sizeOf = jobs.length > 1 ? changeBytes : () => 0;

  for (const [place, job] of jobs.entries()) {
    try {
      const numbers = job.chunks?.(ledger) ?? chunksOf(job.event);
      const chunks = new Map<number, Chunk>();
      for (const number of numbers) {
        const row = await view.chunk(number, job.known?.get(number));
        chunks.set(number, changed.get(number) ?? row.value);
      }
      const decision = decideShard({ run: job.run, ledger, chunks }, job.event, policy, now);
      const written = [...decision.state.chunks].filter(([number, chunk]) => chunks.get(number) !== chunk);
      const grown = new Map(sizes);
      for (const [number, chunk] of written) grown.set(number, sizeOf(chunk));
      if (decided.length > 0 && !fits(grown, limits)) {
        left = jobs.slice(place);
        break;
      }
      for (const [number, size] of grown) sizes.set(number, size);
      for (const [number, chunk] of written) changed.set(number, chunk);
      const isLedgerChange = !isDeepStrictEqual(decision.state.ledger, ledger);
      if (isLedgerChange) ledger = decision.state.ledger;
      decided.push({ job, decision, chunks: numbers, isChange: isLedgerChange || written.length > 0 });
    } catch (error) {
      failed.set(job, error);
    }
  }

  const before = view.rows(standing, new Set(decided.flatMap(({ chunks }) => chunks)));
  const last = decided.findLast(({ isChange }) => isChange);
  if (last === undefined) return { decided, failed, left, before, after: null };
  const chunks = new Map([...before.chunks].map(([number, { value }]) => [number, changed.get(number) ?? value]));
  return { decided, failed, left, before, after: { run: last.job.run, ledger, chunks } };
}

/**
 * I9: no If-Match proves a decision that changes nothing. So the presumed rows that it depends on are read.
 * @returns whether one of them differs from what was presumed: then all must be decided again
 */
export async function isDisproved(view: ShardView, { decided, after, before }: MergedDecision): Promise<boolean> {
  const idle = decided.filter(({ isChange }) => !isChange);
  let isMoved = false;
  // A commit, if there is one, proves the ledger.
  if (idle.length > 0 && after === null && !view.isLedgerFresh()) isMoved = await view.refreshLedger();
  for (const number of new Set(idle.flatMap(({ chunks }) => chunks))) {
    const isCommitted = after !== null && after.chunks.get(number) !== before.chunks.get(number)?.value;
    if (isCommitted || view.isChunkFresh(number)) continue;
    isMoved = (await view.refreshChunk(number)) || isMoved;
  }
  return isMoved;
}

/** The chunk that an event is about, where it names one. */
function chunksOf(event: ShardEvent): readonly number[] {
  return event.type === 'record' || event.type === 'poison' ? [event.message.chunk] : [];
}

function fits(sizes: ReadonlyMap<number, number>, limits: CommitLimits): boolean {
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return sizes.size <= limits.rows && bytes <= limits.bytes;
}

/**
 * About what a changed chunk takes in a transaction: its results as JSON within JSON, and a kibibyte of
 * headers.
 */
function changeBytes(chunk: Chunk): number {
  return asciiBytes(JSON.stringify(JSON.stringify(chunk.outcomes))) + 1024;
}
