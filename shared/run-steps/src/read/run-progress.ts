import { allNodesOf } from '@tally/chain';
import { isTerminal } from '@tally/contracts';
import { type MapView, mapViewsOf, type NodeState, type Run } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';
import type { NodeCounts, RunCounts } from '../context/counts-cache.ts';
import { chainOf } from '../context/registry.ts';
import { countsOfRun } from './read-counts.ts';

/** The progress of a run. */
export interface RunProgress {
  readonly counts: RunCounts;
  /**
   * Items done a second, from the start until now or the end, pauses included; null while nothing is done.
   */
  readonly rate: number | null;
  /** When the run will be done at that rate, ISO; null where that can't be said, or the run has ended. */
  readonly eta: string | null;
  /** About how many storage requests the run has taken: see {@link storageTransactions}. */
  readonly storageTransactions: number;
}

/** @param nodes the counts of the run's map nodes */
export function progressOf(run: Run, nodes: NodeCounts, now: number): RunProgress {
  const counts = countsOfRun(run, nodes);
  const until = 'endedAt' in run ? run.endedAt : now;
  // A run of a few milliseconds has a rate too. The clock can't measure less than one millisecond.
  const seconds = Math.max(1, until - run.createdAt) / 1000;
  const done = counts.succeeded + counts.failed;
  const rate = done === 0 ? null : done / seconds;
  const isMoving = run.status === 'Running' && rate !== null && counts.pending + counts.inFlight > 0;
  const eta = isMoving ? new Date(now + ((counts.pending + counts.inFlight) / rate) * 1000).toISOString() : null;
  return { counts, rate, eta, storageTransactions: storageTransactions(run, counts) };
}

/** A node as the status shows it. */
export interface NodeProgress {
  readonly name: string;
  readonly state: NodeState | undefined;
  /** Of a map node. */
  readonly counts?: RunCounts | undefined;
}

/**
 * The nodes of a run's chain in the order of its declaration, closing nodes last. For a chain that isn't
 * known here, the nodes that the run row names.
 */
export function nodesOf({ registry }: Pick<StepContext, 'registry'>, run: Run, nodes: NodeCounts): NodeProgress[] {
  const chain = chainOf(registry, run);
  const names = chain === undefined ? Object.keys(run.nodes) : allNodesOf(chain).map(({ name }) => name);
  return names.map((name) => ({ name, state: run.nodes[name], counts: nodes.get(name) }));
}

/**
 * The live row read and touched; the run row twice; the lines of the listing; finalization's reads and writes
 * of the same; the live row deleted.
 */
const REQUESTS_A_RUN = 14;
/**
 * For a task: its message put, its share of a fetch, and deleted; the run row and the task's row read by one
 * query; one transaction.
 */
const REQUESTS_A_TASK = 4 + 1 / 16;
/**
 * For dispatch and aggregate: the ledger inserted, read and written by the dispatch; the shard reported,
 * fetched, counted and closed; and the message deleted.
 */
const REQUESTS_A_SHARD = 10;
/**
 * For a chunk: its message put, its share of a fetch of sixteen, and deleted; the next chunk's row read; one
 * transaction for results and claims.
 */
const REQUESTS_A_CHUNK = 4 + 1 / 16;
/** Chunk rows that one transaction inserts. The ledger may stand beside them. */
const CHUNKS_A_TRANSACTION = 99;

/**
 * An estimate of the storage requests that the run has taken so far, from what its rows say: `14 + tasks ×
 * 4.06 + shards × 10 + chunks / 99 + 4.06 × (chunks done)`. Retries, repairs, looks at empty queues and
 * status polls are not in the rows, so they are not included. Merged commits make the true number smaller.
 */
function storageTransactions(run: Run, counts: RunCounts): number {
  const tasks = Object.values(run.nodes).reduce((sum, state) => sum + triesOf(state), 0);
  const views = mapViewsOf(run);
  const maps = views.reduce((sum, view) => sum + mapTransactions(view, views.length === 1 ? counts : null), 0);
  return Math.round(REQUESTS_A_RUN + tasks * REQUESTS_A_TASK + maps);
}

function triesOf(state: NodeState): number {
  if (state.state === 'out') return state.attempt;
  return 'attempts' in state ? (state.attempts ?? 0) : 0;
}

/** @param counts of the node; null: not known separately, so all items count as begun */
function mapTransactions(view: MapView, counts: RunCounts | null): number {
  const { total, chunkItems, shards, status } = view;
  const begunItems =
    counts === null ? total : counts.succeeded + counts.failed + (isTerminal(status) ? 0 : counts.inFlight);
  const inserted = Math.ceil(Math.ceil(total / chunkItems) / CHUNKS_A_TRANSACTION);
  return shards * REQUESTS_A_SHARD + inserted + Math.ceil(begunItems / chunkItems) * REQUESTS_A_CHUNK;
}
