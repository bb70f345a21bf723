import { isTerminal } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { type StepContext, shardKeyOf } from '../context/context.ts';

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
  let succeeded = 0;
  let failed = 0;
  let inFlight = 0;
  for (const row of ledgers) {
    if (row === null) continue; // a start that is under way, or was cut short
    const { value } = row;
    succeeded += value.succeeded;
    failed += value.failed;
    const left = value.count - value.succeeded - value.failed;
    const unclaimed = value.todo.reduce((chunks, [from, to]) => chunks + to - from + 1, 0) * run.chunkItems;
    // The last chunk may be smaller than the others, and a rewound one is partly done: never more than what is left.
    inFlight += left - Math.min(unclaimed, left);
  }
  const left = total - succeeded - failed;
  // An ended run gets nothing done any more, but for what its workers are just recording: that is settled when its ledgers are closed.
  if (isTerminal(run.status)) return { total, pending: 0, inFlight: 0, succeeded, failed, aborted: left };
  return { total, pending: left - inFlight, inFlight, succeeded, failed, aborted: 0 };
}
