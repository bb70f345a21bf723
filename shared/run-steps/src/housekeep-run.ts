import { isTerminal } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { changeRun } from './change-run.ts';
import { type StepContext, shardKeyOf } from './context.ts';

/** A live row that was touched less than this ago may belong to a rewind that is about to write the run row. */
const LEFT_OVER_MS = 60_000;

/**
 * What an ended run is owed: closed ledgers (I5), the final counts in its row, its line in the listing, and last its live row gone. Cut
 * short anywhere it is done again, by the watchdog at the latest. The live row is read first and deleted under If-Match: a
 * rewind touches it before it writes the run row, so a run that lives again keeps it.
 */
export async function housekeepRun<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  known: Run,
): Promise<void> {
  const { store, committer, chain, now } = context;
  // Judged by the time of the read, not of the delete: however long this call takes, what it read young may have become a living run's.
  const readAt = now();
  const live = await store.readLive(known.runId);
  const run = await context.runs.fresh(known.runId);
  if (run === null || run.gen !== known.gen || !isTerminal(run.status)) return;
  let succeeded = 0;
  let failed = 0;
  for (let shard = 0; shard < run.shards; shard += 1) {
    const key = shardKeyOf(run, chain.work.name, shard);
    const closed = await committer.commit(key, { run, event: { type: 'close' }, fresh: true });
    if (closed === 'missing') continue; // the start was cut short before this shard
    if (closed.dropped !== undefined) return; // a rewind came first: the run lives
    succeeded += closed.rows.ledger.value.succeeded;
    failed += closed.rows.ledger.value.failed;
  }
  const housed = await changeRun(context, run.runId, run.gen, { type: 'house', epoch: run.epoch, succeeded, failed });
  if (housed === null || housed.refused !== undefined) return;
  if (housed.isWritten && housed.run.status === 'Failed') context.telemetry.count('runs.failed', 1);
  await store.indexByDay(housed.run);
  // A rewind touches the live row just before it writes the run row. The mark that this call has written made that write fail, and the rewind
  // touch again; where the mark stood already, only a row that nobody has touched lately is known to be left over.
  if (live !== null && (housed.isWritten || readAt - live.touchedAt >= LEFT_OVER_MS)) await store.deleteLive(live);
}
