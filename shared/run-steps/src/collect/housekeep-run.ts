import { isTerminal } from '@tally/contracts';
import { formerViewOf, type MapView, mapViewOf, type OpenedMap, type Run } from '@tally/run-state';
import { changeRun } from '../commit/change-run.ts';
import { performEffects } from '../commit/perform-effects.ts';
import { unlessBroken } from '../commit/unless-broken.ts';
import type { StepContext } from '../context/context.ts';
import { shardKeyOf } from '../context/map-stage.ts';
import { tellParent } from './tell-parent.ts';

/**
 * What an ended run is owed: closed ledgers (I5), what dead letters they owe, the final counts in its row, its line in the listing, and last its live row gone. Cut
 * short anywhere it is done again, by the watchdog at the latest. All of it goes by the run row alone, whatever its chain (R8).
 *
 * The live row is deleted on a proof that needs no clock, for whoever brings the run back to life may be stalled for as long as he likes. He, a rewind or a
 * start of the same id, reads the run row, then touches the live row, then writes the run row on what he read; and so again where that fails. Here the live
 * row is read, then the run row written, which still says that the run has ended, then the live row deleted as it was read. If he has read the run row before
 * our write, his own write fails; only what he reads after it can succeed, and his touch comes after that: then the live row isn't the one that was read
 * here, and stays, or it is gone and comes anew. If he has written before us, the run isn't ended any more, or not in this epoch or generation, and
 * our write is refused. Other housekeepers change nothing in this: what they write only makes more of his tries fail.
 */
export async function housekeepRun(context: StepContext, known: Run): Promise<void> {
  const { store } = context;
  const live = await store.readLive(known.runId);
  const run = await context.runs.fresh(known.runId);
  if (run === null || run.gen !== known.gen || !isTerminal(run.status)) return;
  for (const letter of run.owed) await performEffects(context, run, [{ type: 'task-letter', ...letter }]);
  for (const state of Object.values(run.nodes))
    if ('runId' in state && state.state !== 'ended' && state.runId !== undefined)
      await performEffects(context, run, [{ type: 'end-child', runId: state.runId }]);
  let succeeded = 0;
  let failed = 0;
  for (const round of run.opened) {
    const counts = await closeRound(context, run, round);
    if (counts === null) return; // changed since: the next pass looks again
    // Of a round that a rewind has left behind nothing counts any more.
    if (run.nodes[round.node]?.since !== round.since) continue;
    succeeded += counts.succeeded;
    failed += counts.failed;
  }
  const house = { type: 'house', epoch: run.epoch, succeeded, failed, again: live !== null } as const;
  const housed = await changeRun(context, run.runId, run.gen, house);
  if (housed === null || housed.refused !== undefined) return;
  const isFirst = 'housed' in housed.before && housed.before.housed === null;
  if (isFirst && housed.run.status === 'Failed') context.telemetry.count('runs.failed', 1);
  await store.indexByDay(housed.run);
  if (!(await tellParent(context, housed.run))) return;
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
    // The ledger is of a later epoch. A rewind writes the run row first, so where that still says that the run has ended in this one, no rewind has been here:
    // the ledger's epoch is broken. Closed under that one, it takes no results all the same (I5), and the run's housekeeping ends.
    const again = await context.runs.fresh(run.runId);
    if (again === null || again.gen !== run.gen || again.epoch !== run.epoch || !isTerminal(again.status)) return null;
    const { epoch } = closed.rows.ledger.value;
    closed = await unlessBroken(() => close({ ...view, epoch }));
  }
  if (closed === null || closed === 'missing') {
    // The start was cut short before this shard, or its ledger is broken: a marker tells of it, if one stands.
    const { runId, gen, node, since, counted } = view;
    const markers = counted.includes(shard)
      ? ((await unlessBroken(() => store.readMarkers({ runId, gen, node, since }))) ?? [])
      : [];
    const marker = markers.find((known) => known.shard === shard);
    return { succeeded: marker?.succeeded ?? 0, failed: marker?.failed ?? 0 };
  }
  if (closed.dropped !== undefined) return null;
  await performEffects(context, run, closed.effects, { view, rows: closed.rows });
  return closed.rows.ledger.value;
}
