import { isTerminal } from '@tally/contracts';
import type { Marker, Run } from '@tally/run-state';
import { changeRun } from '../commit/change-run.ts';
import { performEffects } from '../commit/perform-effects.ts';
import { unlessBroken } from '../commit/unless-broken.ts';
import { type StepContext, shardKeyOf } from '../context/context.ts';

/**
 * What an ended run is owed: closed ledgers (I5), what dead letters they owe, the final counts in its row, its line in the listing, and last its live row gone. Cut
 * short anywhere it is done again, by the watchdog at the latest.
 *
 * The live row is deleted on a proof that needs no clock, for whoever brings the run back to life may be stalled for as long as he likes. He, a rewind or a
 * start of the same id, reads the run row, then touches the live row, then writes the run row on what he read; and so again where that fails. Here the live
 * row is read, then the run row written, which still says that the run has ended, then the live row deleted as it was read. If he has read the run row before
 * our write, his own write fails; only what he reads after it can succeed, and his touch comes after that: then the live row isn't the one that was read
 * here, and stays, or it is gone and comes anew. If he has written before us, the run isn't ended any more, or not in this epoch or generation, and
 * our write is refused. Other housekeepers change nothing in this: what they write only makes more of his tries fail.
 */
export async function housekeepRun<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  known: Run,
): Promise<void> {
  const { store, committer, chain } = context;
  const live = await store.readLive(known.runId);
  const run = await context.runs.fresh(known.runId);
  if (run === null || run.gen !== known.gen || !isTerminal(run.status)) return;
  let succeeded = 0;
  let failed = 0;
  let markers: readonly Marker<Folded>[] | undefined;
  for (let shard = 0; shard < run.shards; shard += 1) {
    const key = shardKeyOf(run, chain.work.name, shard);
    const close = (by: Run) => committer.commit(key, { run: by, event: { type: 'close' }, fresh: true });
    let closed = await unlessBroken(() => close(run));
    if (closed !== null && closed !== 'missing' && closed.dropped !== undefined) {
      // The ledger is of a later epoch. A rewind writes the run row first, so where that still says that the run has ended in this one, no rewind has been here:
      // the ledger's epoch is broken. Closed under that one, it takes no results all the same (I5), and the run's housekeeping ends.
      const again = await context.runs.fresh(run.runId);
      if (again === null || again.gen !== run.gen || again.epoch !== run.epoch || !isTerminal(again.status)) return;
      const { epoch } = closed.rows.ledger.value;
      closed = await unlessBroken(() => close({ ...run, epoch }));
    }
    if (closed === null || closed === 'missing') {
      // The start was cut short before this shard, or its ledger is broken: a marker tells of it, if one stands.
      markers ??= (await unlessBroken(() => store.readMarkers(run.runId))) ?? [];
      const marker = markers.find((counted) => counted.shard === shard);
      succeeded += marker?.succeeded ?? 0;
      failed += marker?.failed ?? 0;
      continue;
    }
    if (closed.dropped !== undefined) return; // changed since: the next pass looks again
    await performEffects(context, run, closed.effects);
    succeeded += closed.rows.ledger.value.succeeded;
    failed += closed.rows.ledger.value.failed;
  }
  const house = { type: 'house', epoch: run.epoch, succeeded, failed, again: live !== null } as const;
  const housed = await changeRun(context, run.runId, run.gen, house);
  if (housed === null || housed.refused !== undefined) return;
  const isFirst = 'housed' in housed.before && housed.before.housed === null;
  if (isFirst && housed.run.status === 'Failed') context.telemetry.count('runs.failed', 1);
  await store.indexByDay(housed.run);
  if (live !== null) await store.deleteLive(live);
}
