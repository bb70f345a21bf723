import { isTerminal } from '@tally/contracts';
import { itemsOfChunk, type Ledger, numbersOf, type Run } from '@tally/run-state';
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

/** Items of chunks that nobody has claimed. A rewound chunk is partly done, so it may have fewer to do. */
function unclaimedItems(run: Run, ledger: Ledger<unknown>): number {
  return numbersOf(ledger.todo).reduce((sum, chunk) => sum + itemsOfChunk(run, ledger, chunk).length, 0);
}

/** Items of the claims, done ones of a chunk that is out whole among them. A claim whose message came to nothing, since the run is suspended, has none out. */
function claimedItems(run: Run, ledger: Ledger<unknown>): number {
  const out = ledger.open.filter(({ isIdle }) => run.status !== 'Suspended' || isIdle !== true);
  return out.reduce((sum, { chunk, items }) => sum + (items ?? itemsOfChunk(run, ledger, chunk)).length, 0);
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
    inFlight += Math.min(left - Math.min(unclaimedItems(run, value), left), claimedItems(run, value));
  }
  // Rows that contradict each other may count more than there are.
  const left = Math.max(0, total - succeeded - failed);
  // An ended run gets nothing done any more, but for what its workers are just recording: that is settled when its ledgers are closed.
  if (isTerminal(run.status)) return { total, pending: 0, inFlight: 0, succeeded, failed, aborted: left };
  return { total, pending: left - inFlight, inFlight, succeeded, failed, aborted: 0 };
}
