import { isTerminal } from '@tally/contracts';
import { formerViewOf, type MapView, mapViewOf, type OpenedMap, type Run } from '@tally/run-state';
import { changeRun } from '../commit/change-run.ts';
import { performEffects } from '../commit/perform-effects.ts';
import { unlessBroken } from '../commit/unless-broken.ts';
import type { StepContext } from '../context/context.ts';
import { shardKeyOf } from '../context/map-stage.ts';
import { tellParent } from './tell-parent.ts';

/**
 * Does what an ended run still needs. It closes the ledgers (I5) and keeps the dead letters of their
 * outboxes. It writes the final counts into the run row, then the line in the listing, and deletes the live
 * row last. If it is cut short anywhere, it is done again, at the latest by the watchdog. It needs the run
 * row alone, whatever the chain (R8).
 *
 * The live row is deleted on a proof that needs no clock, because a call that brings the run back to life may
 * be stalled for any time. Such a call is a rewind or a start of the same id. It reads the run row, then
 * touches the live row, then writes the run row on what it read. If that fails, it does all three again.
 * Finalization reads the live row, then writes the run row, which still says that the run has ended. Then it
 * deletes the live row as it was read. If the call read the run row before our write, its own write fails.
 * Only a read after our write can lead to a write that succeeds, and the touch comes after that read. Then
 * the live row differs from the one read here and stays, or it is gone and is written again. If the call
 * wrote before us, the run is not ended any more, or not in this epoch or generation, and our write is
 * refused. Other finalizers change nothing in this: their writes only make more tries of the call fail.
 */
export async function finalizeRun(context: StepContext, known: Run): Promise<void> {
  const { store } = context;
  const live = await store.readLive(known.runId);
  const run = await context.runs.fresh(known.runId);
  if (run === null || run.generation !== known.generation || !isTerminal(run.status)) return;
  for (const letter of run.outbox) await performEffects(context, run, [{ type: 'task-letter', ...letter }]);
  for (const state of Object.values(run.nodes))
    if ('runId' in state && state.state !== 'ended' && state.runId !== undefined)
      await performEffects(context, run, [{ type: 'end-child', runId: state.runId }]);
  let succeeded = 0;
  let failed = 0;
  for (const round of run.opened) {
    const counts = await closeRound(context, run, round);
    if (counts === null) return; // changed since: the next pass looks again
    // A round that a rewind has left behind doesn't count any more.
    if (run.nodes[round.node]?.since !== round.since) continue;
    succeeded += counts.succeeded;
    failed += counts.failed;
  }
  const finalize = { type: 'finalize', epoch: run.epoch, succeeded, failed, again: live !== null } as const;
  const finalized = await changeRun(context, run.runId, run.generation, finalize);
  if (finalized === null || finalized.refused !== undefined) return;
  const isFirst = 'finalized' in finalized.before && finalized.before.finalized === null;
  if (isFirst && finalized.run.status === 'Failed') context.telemetry.count('runs.failed', 1);
  await store.indexByDay(finalized.run);
  if (!(await tellParent(context, finalized.run))) return;
  if (live !== null) await store.deleteLive(live);
}

interface RoundCounts {
  readonly succeeded: number;
  readonly failed: number;
}

/** Closes all ledgers of a round. @returns null where the run has changed since */
async function closeRound(context: StepContext, run: Run, round: OpenedMap): Promise<RoundCounts | null> {
  const view = mapViewOf(run, round) ?? formerViewOf(run, round);
  let [succeeded, failed] = [0, 0];
  for (let shard = 0; shard < round.shards; shard += 1) {
    const counts = await closeShard(context, run, view, shard);
    if (counts === null) return null;
    succeeded += counts.succeeded;
    failed += counts.failed;
  }
  return { succeeded, failed };
}

async function closeShard(context: StepContext, run: Run, view: MapView, shard: number): Promise<RoundCounts | null> {
  const { store, committer } = context.maps.any;
  const key = shardKeyOf(view, shard);
  const close = (by: MapView) => committer.commit(key, { run: by, event: { type: 'close' }, fresh: true });
  let closed = await unlessBroken(() => close(view));
  if (closed !== null && closed !== 'missing' && closed.dropped !== undefined) {
    // The ledger is of a later epoch. A rewind writes the run row first. If the row still says that the run
    // has ended in this epoch, there was no rewind: the ledger's epoch is broken. Closed in its own epoch, it
    // takes no results either (I5), and the run's finalization ends.
    const again = await context.runs.fresh(run.runId);
    if (again === null || again.generation !== run.generation || again.epoch !== run.epoch || !isTerminal(again.status))
      return null;
    const { epoch } = closed.rows.ledger.value;
    closed = await unlessBroken(() => close({ ...view, epoch }));
  }
  if (closed === null || closed === 'missing') {
    // The start was cut short before this shard, or its ledger is broken. A summary, if there is one, has the
    // counts.
    const { runId, generation, node, since, counted } = view;
    const summaries = counted.includes(shard)
      ? ((await unlessBroken(() => store.readSummaries({ runId, generation, node, since }))) ?? [])
      : [];
    const summary = summaries.find((known) => known.shard === shard);
    return { succeeded: summary?.succeeded ?? 0, failed: summary?.failed ?? 0 };
  }
  if (closed.dropped !== undefined) return null;
  await performEffects(context, run, closed.effects, { view, rows: closed.rows });
  return closed.rows.ledger.value;
}
