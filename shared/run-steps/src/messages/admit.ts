import { createdAtOf } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';

/** What became of a message. A dropped one is done with: something newer stands in its place, or nothing is left to do. */
export type Handled =
  | { readonly kind: 'done' }
  | { readonly kind: 'dropped'; readonly reason: DropReason }
  /** Nothing is known of its run: kept as a dead letter. */
  | { readonly kind: 'unknown-run' }
  /** It names what its run doesn't have: kept as a dead letter. `reason`: in words for a person. */
  | { readonly kind: 'refused'; readonly reason: string };

export type DropReason =
  | 'other-generation'
  /** Its run was purged. */
  | 'run-gone'
  | 'old-epoch'
  | 'not-running'
  | 'already-ended'
  | 'shard-missing'
  | 'shard-not-finished'
  | 'already-counted'
  /** A row of the run can't be read, or is missing. */
  | 'row-broken';

type Admission = { readonly kind: 'admitted'; readonly run: Run } | Exclude<Handled, { kind: 'done' }>;

/**
 * Whether a message of this run, generation and epoch may be worked on.
 * @param reading `cached`: a run row up to a second old may let work start; a drop is decided on a fresh one all the same (I9)
 */
export async function admit<Item, Result, Folded>(
  { runs, now }: StepContext<Item, Result, Folded>,
  message: { readonly runId: string; readonly gen: string; readonly epoch: number },
  reading: 'cached' | 'fresh',
): Promise<Admission> {
  if (reading === 'cached') {
    const cached = judge(await runs.get(message.runId), message, now());
    if (cached.kind === 'admitted') return cached;
  }
  return judge(await runs.fresh(message.runId), message, now());
}

function judge(run: Run | null, message: { readonly gen: string; readonly epoch: number }, now: number): Admission {
  if (run === null) return absent(message, now);
  if (run.gen !== message.gen) return { kind: 'dropped', reason: 'other-generation' };
  if (run.status !== 'Running') return { kind: 'dropped', reason: 'not-running' };
  if (run.epoch !== message.epoch) return { kind: 'dropped', reason: 'old-epoch' };
  return { kind: 'admitted', run };
}

/** No run can have been created before this: Tally wasn't there. */
const FIRST_RUN = Date.UTC(2025, 0, 1);
/** Processes' clocks may be minutes apart. */
const CLOCKS_MS = 3_600_000;

/**
 * What becomes of a message whose run isn't there. A generation is a time of creation: of one that lies in the past there may have been a run, which is purged, and
 * its late messages have nothing to do any more; of any other there was none.
 */
export function absent({ gen }: { readonly gen: string }, now: number): Exclude<Handled, { kind: 'done' }> {
  const createdAt = createdAtOf(gen);
  const mayHaveBeen = createdAt >= FIRST_RUN && createdAt <= now + CLOCKS_MS;
  return mayHaveBeen ? { kind: 'dropped', reason: 'run-gone' } : { kind: 'unknown-run' };
}

/** Why a message is refused that names a shard beyond the last one. */
export function noSuchShard({ shards }: Run, shard: number): string {
  return `its run has ${shards} shards, and no shard ${shard}`;
}

/**
 * A message that names what its run doesn't have. Rows may have gone since the run row was cached, so the run is looked at anew (I9).
 * @param reason what it names, in words for a person
 */
export async function refuse<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  message: { readonly runId: string; readonly gen: string; readonly epoch: number },
  reason: string,
): Promise<Handled> {
  const admitted = await admit(context, message, 'fresh');
  return admitted.kind === 'admitted' ? { kind: 'refused', reason } : admitted;
}
