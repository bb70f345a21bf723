import type { StagePolicy } from '@tally/contracts';
import { aggregateEffect, type Effect } from './effects.ts';
import { type Chunk, isFinished, type Ledger } from './ledger.ts';
import { numbersOf, rangesOf } from './ranges.ts';
import type { ShardDecision, ShardEvent, ShardState } from './shard-state.ts';
import { removeFailure } from './tally.ts';
import { sendsBy, topUp } from './top-up.ts';

/**
 * A rewind reaches a shard. The items of the loaded chunks that failed, or waited for another try, are opened
 * again as if never tried. A shard with many such chunks takes several steps. Until the last step the ledger
 * keeps its old epoch, so nothing is claimed (I7). A process that finds it half done goes on from there.
 * Failed items added nothing to the fold, so the fold stays.
 */
export function reopenShard(
  state: ShardState,
  event: Extract<ShardEvent, { type: 'reopen' }>,
  policy: StagePolicy,
  now: number,
): ShardDecision {
  const { run } = state;
  const by = event.chance.token;
  if (run.status !== 'Running') return { state, effects: [], dropped: 'not-running' };
  // Done already: by another process, or by this very step whose answer was lost (I4).
  if (state.ledger.epoch >= run.reopenEpoch)
    return { state, effects: sendsBy(state.ledger, state.chunks, by, policy, event.chance, now) };
  const chunks = new Map(state.chunks);
  let ledger = state.ledger;
  for (const chunk of state.chunks.values()) {
    const reopened = reopenChunk(chunk);
    if (reopened === chunk) continue;
    chunks.set(chunk.chunk, reopened);
    ledger = reopenIn(ledger, chunk);
  }
  if (!event.last) return { state: { run, ledger, chunks }, effects: [] };

  const opened = topUp(run, { ...withoutClaims(ledger), closed: false, epoch: run.epoch }, by, now);
  const effects: Effect[] = sendsBy(opened, chunks, by, policy, event.chance, now);
  if (isFinished(opened)) effects.push(aggregateEffect(run, opened));
  return { state: { run, ledger: opened, chunks }, effects };
}

/**
 * Whether a rewind has anything to open in the chunk: a failed item, or one whose tries must be forgotten.
 */
export function isToReopen(chunk: Chunk): boolean {
  return chunk.outcomes.some(
    (outcome, place) => outcome?.status === 'failed' || (outcome === null && (chunk.attempts[place] ?? 0) > 0),
  );
}

function reopenChunk(chunk: Chunk): Chunk {
  if (!isToReopen(chunk)) return chunk;
  const isOver = chunk.outcomes.map((outcome) => outcome?.status === 'succeeded');
  return {
    ...chunk,
    attempts: chunk.attempts.map((attempt, place) => (isOver[place] === true ? attempt : 0)),
    outcomes: chunk.outcomes.map((outcome) => (outcome?.status === 'failed' ? null : outcome)),
  };
}

function reopenIn(ledger: Ledger, chunk: Chunk): Ledger {
  const errors = chunk.outcomes.flatMap((outcome) => (outcome?.status === 'failed' ? [outcome.error] : []));
  const isOut = ledger.open.some((entry) => entry.chunk === chunk.chunk);
  return {
    ...ledger,
    failed: ledger.failed - errors.length,
    failures: errors.reduce((failures, error) => removeFailure(failures, error.code), ledger.failures),
    todo: isOut ? ledger.todo : rangesOf([...numbersOf(ledger.todo), chunk.chunk]),
  };
}

/**
 * What was out when the run ended is to do again; it isn't taken over. No summary stands any more, so the
 * shard's share may be smaller than what it had out. The run would claim more than its window (I3).
 */
function withoutClaims(ledger: Ledger): Ledger {
  const chunks = ledger.open.map((entry) => entry.chunk);
  return { ...ledger, open: [], todo: rangesOf([...numbersOf(ledger.todo), ...chunks]) };
}
