import { createdAtOf } from '@tally/contracts';
import { type MapView, mapViewOf, type NodeRound, type Refusal, type Run } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';
import { chainOf, type Stage } from '../context/registry.ts';

/**
 * What became of a message. A dropped message is done with: something newer stands in its place, or nothing
 * is left to do.
 */
export type Handled =
  | { readonly kind: 'done' }
  | { readonly kind: 'dropped'; readonly reason: DropReason }
  /**
   * R8: this process doesn't know the chain of its run in that version. The message waits for one that does.
   */
  | { readonly kind: 'unknown-chain'; readonly run: Run }
  /** Its run is unknown. The message is kept as a dead letter. */
  | { readonly kind: 'unknown-run' }
  /** It names what its run doesn't have. It is kept as a dead letter. `reason`: in words for a person. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Why a message is dropped. */
export type DropReason =
  /** Its event was refused. */
  | Refusal
  | 'other-generation'
  /** Its run was purged. */
  | 'run-gone'
  /** Its node isn't in that round any more. */
  | 'old-round'
  | 'shard-missing'
  | 'shard-not-finished'
  /** A row of the run can't be read, or is missing. */
  | 'row-broken';

/** What every message says about where it belongs. */
export interface Addressed extends NodeRound {
  readonly runId: string;
  readonly gen: string;
  readonly epoch: number;
}

type Refused = Exclude<Handled, { kind: 'done' }>;
type Admission = { readonly kind: 'admitted'; readonly run: Run } | Refused;
type MapAdmission = { readonly kind: 'admitted'; readonly run: Run; readonly view: MapView } | Refused;

/**
 * Whether a message of a map node may be worked on: it is of this run, generation, epoch and round.
 * @param reading `cached`: a run row up to a second old may let work start; a drop is still decided on a
 * fresh one (I9)
 */
export async function admitToMap(
  context: StepContext,
  message: Addressed,
  reading: 'cached' | 'fresh',
): Promise<MapAdmission> {
  const { runs } = context;
  if (reading === 'cached') {
    const cached = judgeMap(context, await runs.get(message.runId), message);
    if (cached.kind === 'admitted') return cached;
  }
  return judgeMap(context, await runs.fresh(message.runId), message);
}

function judgeMap(context: StepContext, run: Run | null, message: Addressed): MapAdmission {
  const admitted = judge(context, run, message);
  if (admitted.kind !== 'admitted') return admitted;
  const view = mapViewOf(admitted.run, message);
  if (view === null) return oldOrNoRound(admitted.run, message);
  if (view.status !== 'Running') return { kind: 'dropped', reason: 'old-round' };
  return { kind: 'admitted', run: admitted.run, view };
}

/**
 * Whether a message may be worked on: it is of this run, generation and epoch, by a run row that was just
 * read.
 */
export function judge(
  { registry, now }: Pick<StepContext, 'registry' | 'now'>,
  run: Run | null,
  message: Omit<Addressed, 'node' | 'since'>,
): Admission {
  if (run === null) return absent(message, now());
  if (run.generation !== message.gen) return { kind: 'dropped', reason: 'other-generation' };
  if (run.status !== 'Running') return { kind: 'dropped', reason: 'not-running' };
  if (run.epoch !== message.epoch) return { kind: 'dropped', reason: 'old-epoch' };
  if (chainOf(registry, run) === undefined) return { kind: 'unknown-chain', run };
  return { kind: 'admitted', run };
}

/**
 * What becomes of a message of a round that its run isn't in. A message of an older round is late; no other
 * round can have existed.
 */
export function oldOrNoRound(run: Run, { node, since }: NodeRound): Refused {
  const state = run.nodes[node];
  if (since <= run.epoch && (state === undefined || since < state.since))
    return { kind: 'dropped', reason: 'old-round' };
  return { kind: 'refused', reason: `its run has no round ${since} of a map node "${node}"` };
}

/** I2: a queue belongs to one node. What a worker learns from the queue applies to that node only. */
export function notOfQueue({ node }: NodeRound, { name }: Pick<Stage, 'name'>): Refused {
  return { kind: 'refused', reason: `its node "${node}" does not use the queue ${name}` };
}

/** No run can have been created before this, because Tally didn't exist. */
export const FIRST_RUN = Date.UTC(2025, 0, 1);
/** The clocks of processes may be minutes apart. */
const CLOCKS_MS = 3_600_000;

/**
 * What becomes of a message whose run isn't there. A generation is a time of creation. If it lies in the
 * past, the run may have existed and been purged, and its late messages have nothing to do any more. For any
 * other generation there was no run.
 */
export function absent({ gen: generation }: { readonly gen: string }, now: number): Refused {
  const createdAt = createdAtOf(generation);
  const mayHaveBeen = createdAt >= FIRST_RUN && createdAt <= now + CLOCKS_MS;
  return mayHaveBeen ? { kind: 'dropped', reason: 'run-gone' } : { kind: 'unknown-run' };
}

/** Why a message that names a shard beyond the last one is refused. */
export function noSuchShard({ shards }: Pick<MapView, 'shards'>, shard: number): string {
  return `its run has ${shards} shards, and no shard ${shard}`;
}

/**
 * A message that names what its run doesn't have. Rows may have gone since the run row was cached, so the run
 * is read again (I9).
 * @param reason what it names, in words for a person
 */
export async function refuse(context: StepContext, message: Addressed, reason: string): Promise<Handled> {
  const admitted = await admitToMap(context, message, 'fresh');
  return admitted.kind === 'admitted' ? { kind: 'refused', reason } : admitted;
}
