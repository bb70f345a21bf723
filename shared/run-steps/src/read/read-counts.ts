import { isTerminal } from '@tally/contracts';
import {
  itemsOfChunk,
  type Ledger,
  type MapView,
  mapViewsOf,
  mayHaveBegun,
  numbersOf,
  type Run,
  type ShardSummary,
  totalOf,
} from '@tally/run-state';
import type { StepContext } from '../context/context.ts';
import type { NodeCounts, RunCounts } from '../context/counts-cache.ts';
import { shardKeyOf } from '../context/map-stage.ts';

/** Items of chunks without a claim. A rewound chunk is partly done, so it may have fewer items to do. */
function unclaimedItems(view: MapView, ledger: Ledger): number {
  return numbersOf(ledger.todo).reduce((sum, chunk) => sum + itemsOfChunk(view, ledger, chunk).length, 0);
}

/**
 * Items of the claims, including the done items of a chunk that is out whole. A claim whose message was
 * dropped because the run is suspended has none out.
 */
function claimedItems(view: MapView, ledger: Ledger): number {
  const out = ledger.open.filter(({ isIdle }) => view.status !== 'Suspended' || isIdle !== true);
  return out.reduce((sum, { chunk, items }) => sum + (items ?? itemsOfChunk(view, ledger, chunk)).length, 0);
}

/** The counts of {@link readNodeCounts}, at most a second old. */
export async function recentCounts(context: StepContext, run: Run): Promise<NodeCounts> {
  return await context.counts.get(run, context.now(), () => readNodeCounts(context, run));
}

/**
 * The counts of a run's map nodes. What the run row says is not read again. An ended node knows its counts.
 * So does a run whose finalization is done, unless several of its nodes were stopped.
 */
export async function readNodeCounts(context: StepContext, run: Run): Promise<NodeCounts> {
  const views = mapViewsOf(run);
  const known = new Map(views.flatMap((view) => knownCounts(run, view)));
  const unknown = views.filter(({ node }) => !known.has(node));
  const [only] = unknown;
  if (only !== undefined && unknown.length === 1 && 'finalized' in run && run.finalized !== null) {
    const { succeeded, failed, aborted } = run.finalized;
    const others = sumCounts([...known.values()]);
    const rest = {
      succeeded: Math.max(0, succeeded - others.succeeded),
      failed: Math.max(0, failed - others.failed),
      aborted,
    };
    return known.set(only.node, { total: only.total, pending: 0, inFlight: 0, ...rest });
  }
  const read = unknown.map(async (view) => [view.node, await readMapCounts(context, view)] as const);
  for (const [node, counts] of await Promise.all(read)) known.set(node, counts);
  return known;
}

/** The counts of a run: the sum over its map nodes. */
export function countsOfRun(run: Run, nodes: NodeCounts): RunCounts {
  if (isTerminal(run.status) && 'finalized' in run && run.finalized !== null)
    return { total: totalOf(run), pending: 0, inFlight: 0, ...run.finalized };
  return sumCounts([...nodes.values()]);
}

function knownCounts(run: Run, { node, total }: MapView): [string, RunCounts][] {
  const state = run.nodes[node];
  if (state?.state !== 'ended' || state.counts === undefined) return [];
  return [[node, { total, pending: 0, inFlight: 0, ...state.counts, aborted: 0 }]];
}

const NONE: RunCounts = { total: 0, pending: 0, inFlight: 0, succeeded: 0, failed: 0, aborted: 0 };

export function sumCounts(all: readonly RunCounts[]): RunCounts {
  return all.reduce(
    (left, right) => ({
      total: left.total + right.total,
      pending: left.pending + right.pending,
      inFlight: left.inFlight + right.inFlight,
      succeeded: left.succeeded + right.succeeded,
      failed: left.failed + right.failed,
      aborted: left.aborted + right.aborted,
    }),
    NONE,
  );
}

/**
 * Summaries give the counts of counted shards, by one query. Shards without claims need no read. For each
 * other shard its ledger is read.
 */
async function readMapCounts(context: StepContext, view: MapView): Promise<RunCounts> {
  const { counted } = view;
  const { store } = context.maps.any;
  const summaries = counted.length === 0 ? [] : await store.readSummaries(view);
  const told = summaries.filter(({ shard }) => counted.includes(shard));
  const isTold = (shard: number) => told.some((summary) => summary.shard === shard);
  const ledgers = await readLedgers(
    context,
    view,
    (shard) => !isTold(shard) && (counted.includes(shard) || mayHaveBegun(view, shard)),
  );
  return mapCounts(view, told, ledgers);
}

/**
 * The counts of a map node from what was read of it.
 * @param told the summaries that count
 * @param ledgers those of the shards without a summary
 */
export function mapCounts(
  view: MapView,
  told: readonly Pick<ShardSummary, 'succeeded' | 'failed'>[],
  ledgers: readonly Ledger[],
): RunCounts {
  const { total } = view;
  let [succeeded, failed, inFlight] = [0, 0, 0];
  for (const summary of told) {
    succeeded += summary.succeeded;
    failed += summary.failed;
  }
  for (const value of ledgers) {
    succeeded += value.succeeded;
    failed += value.failed;
    const left = value.count - value.succeeded - value.failed;
    inFlight += Math.min(left - Math.min(unclaimedItems(view, value), left), claimedItems(view, value));
  }
  // Rows that contradict each other may count more items than there are.
  const left = Math.max(0, total - succeeded - failed);
  // A stopped node gets nothing more done, except what its workers are recording right now. That is settled
  // when its ledgers are closed.
  if (isTerminal(view.status)) return { total, pending: 0, inFlight: 0, succeeded, failed, aborted: left };
  // What the start has claimed is sent when the run is Running.
  if (view.status === 'Pending') inFlight = 0;
  return { total, pending: left - inFlight, inFlight, succeeded, failed, aborted: 0 };
}

/** The ledgers that are there. A start may be under way, or have been cut short. */
async function readLedgers(
  { maps }: StepContext,
  view: MapView,
  isAsked: (shard: number) => boolean,
): Promise<readonly Ledger[]> {
  const shards = Array.from({ length: view.shards }, (_, shard) => shard).filter(isAsked);
  const ledgers = await Promise.all(shards.map((shard) => maps.any.store.readLedger(shardKeyOf(view, shard))));
  return ledgers.flatMap((row) => row?.value ?? []);
}
