import { isTerminal } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { type StepContext, shardKeyOf } from './context.ts';

/** How a run's items stand. `pending`: nobody has claimed them; `inFlight`: claimed and without result. */
export interface RunCounts {
  readonly total: number;
  readonly pending: number;
  readonly inFlight: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly aborted: number;
}

/** The counts of a run: of an ended one from its row, of a living one from its ledgers, one read a shard. */
export async function readCounts<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  run: Run,
): Promise<RunCounts> {
  const { total } = run;
  if (isTerminal(run.status) && 'housed' in run && run.housed !== null)
    return { total, pending: 0, inFlight: 0, ...run.housed };
  const shards = Array.from({ length: run.shards }, (_, shard) => shardKeyOf(run, context.chain.work.name, shard));
  const ledgers = await Promise.all(shards.map((key) => context.store.readLedger(key)));
  const counts = { total, pending: 0, inFlight: 0, succeeded: 0, failed: 0, aborted: 0 };
  for (const row of ledgers) {
    if (row === null) continue;
    const { todo, succeeded, failed, count } = row.value;
    const done = succeeded + failed;
    const unclaimed = todo.reduce((chunks, [from, to]) => chunks + to - from + 1, 0) * run.chunkItems;
    counts.succeeded += succeeded;
    counts.failed += failed;
    // The last chunk may be smaller than the others, and a rewound one is partly done: never more than what is left.
    const pending = Math.min(unclaimed, count - done);
    counts.pending += pending;
    counts.inFlight += count - done - pending;
  }
  return counts;
}
