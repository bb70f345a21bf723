import { isTerminal, type Json } from '@tally/contracts';
import { itemsOfChunk, type Ledger, type MapView, mapViewsOf, numbersOf, type Run, totalOf } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';
import { shardKeyOf } from '../context/map-stage.ts';

/** How items stand. `pending`: nobody has claimed them; `inFlight`: claimed and without result. */
export interface RunCounts {
  readonly total: number;
  readonly pending: number;
  readonly inFlight: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly aborted: number;
}

/** Items of chunks that nobody has claimed. A rewound chunk is partly done, so it may have fewer to do. */
function unclaimedItems(view: MapView, ledger: Ledger<unknown>): number {
  return numbersOf(ledger.todo).reduce((sum, chunk) => sum + itemsOfChunk(view, ledger, chunk).length, 0);
}

/** Items of the claims, done ones of a chunk that is out whole among them. A claim whose message came to nothing, since the run is suspended, has none out. */
function claimedItems(view: MapView, ledger: Ledger<unknown>): number {
  const out = ledger.open.filter(({ isIdle }) => view.status !== 'Suspended' || isIdle !== true);
  return out.reduce((sum, { chunk, items }) => sum + (items ?? itemsOfChunk(view, ledger, chunk)).length, 0);
}

/** The counts of a run, of all of its map nodes: of an ended one from its row, of a living one from its ledgers, one read a shard. */
export async function readCounts(context: StepContext, run: Run): Promise<RunCounts> {
  if (isTerminal(run.status) && 'housed' in run && run.housed !== null)
    return { total: totalOf(run), pending: 0, inFlight: 0, ...run.housed };
  const counts = await Promise.all(mapViewsOf(run).map(async (view) => await readMapCounts(context, run, view)));
  return counts.reduce(sumCounts, { total: 0, pending: 0, inFlight: 0, succeeded: 0, failed: 0, aborted: 0 });
}

function sumCounts(left: RunCounts, right: RunCounts): RunCounts {
  return {
    total: left.total + right.total,
    pending: left.pending + right.pending,
    inFlight: left.inFlight + right.inFlight,
    succeeded: left.succeeded + right.succeeded,
    failed: left.failed + right.failed,
    aborted: left.aborted + right.aborted,
  };
}

/** The counts of one map node. One that has ended knows them. */
export async function readMapCounts(context: StepContext, run: Run, view: MapView): Promise<RunCounts> {
  const { total } = view;
  const state = run.nodes[view.node];
  if (state?.state === 'ended' && state.counts !== undefined)
    return { total, pending: 0, inFlight: 0, ...state.counts, aborted: 0 };
  const ledgers = await readLedgers(context, view);
  let [succeeded, failed, inFlight] = [0, 0, 0];
  for (const value of ledgers) {
    succeeded += value.succeeded;
    failed += value.failed;
    const left = value.count - value.succeeded - value.failed;
    inFlight += Math.min(left - Math.min(unclaimedItems(view, value), left), claimedItems(view, value));
  }
  // Rows that contradict each other may count more than there are.
  const left = Math.max(0, total - succeeded - failed);
  // A node that is stopped gets nothing done any more, but for what its workers are just recording: that is settled when its ledgers are closed.
  if (isTerminal(view.status)) return { total, pending: 0, inFlight: 0, succeeded, failed, aborted: left };
  return { total, pending: left - inFlight, inFlight, succeeded, failed, aborted: 0 };
}

/** Those that are there: a start may be under way, or have been cut short. */
async function readLedgers({ maps }: StepContext, view: MapView): Promise<readonly Ledger<Json>[]> {
  const shards = Array.from({ length: view.shards }, (_, shard) => shardKeyOf(view, shard));
  const ledgers = await Promise.all(shards.map((key) => maps.any.store.readLedger(key)));
  return ledgers.flatMap((row) => row?.value ?? []);
}
