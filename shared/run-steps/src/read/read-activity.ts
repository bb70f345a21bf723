import { isTerminal, RUN_STATUSES, type RunStatus } from '@tally/contracts';
import { mapViewsOf, type NodeState, type Run } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';
import { shardKeyOf } from '../context/map-stage.ts';
import { chainOf } from '../context/registry.ts';
import { listRuns } from './list-runs.ts';

/** What the unfinished runs are at, node by node, and which of them a person should look at. */
export interface Activity {
  readonly runs: number;
  /** False: there are more, which have not been looked at. */
  readonly isWhole: boolean;
  readonly nodes: readonly NodeActivity[];
  readonly stuck: readonly StuckRun[];
}

/** At how many of the unfinished runs a node is where. */
export interface NodeActivity {
  readonly chain: string;
  readonly node: string;
  readonly atWork: number;
  readonly waiting: number;
  readonly done: number;
  readonly failed: number;
}

/** A run that does not get on, and by what one sees it. */
export interface StuckRun {
  readonly runId: string;
  readonly chain: string;
  readonly node: string | null;
  readonly code: 'Unserved' | 'StartStalled' | 'SentAgain' | 'RowUnreadable';
  readonly message: string;
  /** Since when, in milliseconds since 1970. */
  readonly since: number;
}

/** Runs that one look reads at most: as many as a page of the listing. */
const RUNS_MAX = 200;
/** Ledgers that it reads at most: those of the oldest open maps are left out beyond. */
const LEDGERS_MAX = 128;
const LEDGERS_AT_ONCE = 16;
/** A start that isn't through after this has been cut short: the watchdog ends it soon. */
const STALLED_MS = 300_000;
/** As the watchdog counts a run as stuck: one message may get lost, or its worker die; three in a row is more than that. */
const SENDS_SEEN = 3;
const UNFINISHED: readonly RunStatus[] = RUN_STATUSES.filter((status) => !isTerminal(status));

/** A look at the unfinished runs: their rows, and the ledgers of their open maps. */
export async function readActivity(context: StepContext): Promise<Activity> {
  const { runs, token } = await listRuns(context, { statuses: UNFINISHED, top: RUNS_MAX, token: null });
  const counts = new Map<string, NodeActivity>();
  const stuck: StuckRun[] = [];
  for (const run of runs) {
    if ('unreadable' in run) {
      const { runId, name, updatedAt, unreadable } = run;
      stuck.push({
        ...aboutOf({ runId, name }, null),
        code: 'RowUnreadable',
        message: unreadable.message,
        since: updatedAt,
      });
      continue;
    }
    for (const [node, state] of Object.entries(run.nodes)) addState(counts, run.name, node, state);
    stuck.push(...stuckOf(context, run));
  }
  stuck.push(
    ...(await readStuckShards(
      context,
      runs.flatMap((run) => ('unreadable' in run ? [] : [run])),
    )),
  );
  return { runs: runs.length, isWhole: token === null, nodes: [...counts.values()], stuck };
}

function addState(counts: Map<string, NodeActivity>, chain: string, node: string, state: NodeState): void {
  const key = `${chain}/${node}`;
  const before = counts.get(key) ?? { chain, node, atWork: 0, waiting: 0, done: 0, failed: 0 };
  const field = fieldOf(state);
  counts.set(key, field === null ? before : { ...before, [field]: before[field] + 1 });
}

function fieldOf(state: NodeState): 'atWork' | 'waiting' | 'done' | 'failed' | null {
  switch (state.state) {
    case 'out':
    case 'open':
    case 'child':
      return 'atWork';
    case 'waiting':
      return 'waiting';
    case 'stopped':
      return null;
    case 'ended':
      if (state.outcome === 'skipped') return null;
      return state.outcome === 'succeeded' ? 'done' : 'failed';
  }
}

/** What a run's row itself tells. */
function stuckOf({ registry, now }: StepContext, run: Run): StuckRun[] {
  const { name, chainVersion, status, createdAt, updatedAt } = run;
  if (chainOf(registry, run) === undefined) {
    const message = `chain "${name}" in version ${chainVersion} is not known here`;
    return [{ ...aboutOf(run, null), code: 'Unserved', message, since: updatedAt }];
  }
  if (status === 'Pending')
    return now() - createdAt < STALLED_MS
      ? []
      : [{ ...aboutOf(run, null), code: 'StartStalled', message: 'its start was cut short', since: createdAt }];
  return Object.entries(run.nodes).flatMap(([node, state]): StuckRun[] =>
    state.state === 'out' && state.sends >= SENDS_SEEN ? [sentAgain(run, node, state.sends, state.openedAt)] : [],
  );
}

/** What the claims of open maps tell. */
async function readStuckShards({ maps }: StepContext, runs: readonly Run[]): Promise<StuckRun[]> {
  const shards = runs.flatMap((run) =>
    mapViewsOf(run).flatMap((view) =>
      view.status === 'Running'
        ? Array.from({ length: view.shards }, (_, shard) => shard)
            .filter((shard) => !view.counted.includes(shard))
            .map((shard) => ({ run, view, key: shardKeyOf(view, shard) }))
        : [],
    ),
  );
  const found: StuckRun[] = [];
  const left = shards.slice(0, LEDGERS_MAX);
  while (left.length > 0) {
    const group = left.splice(0, LEDGERS_AT_ONCE);
    const rows = await Promise.all(
      group.map(async ({ run, view, key }) => ({
        run,
        view,
        row: await maps.any.store.readLedger(key).catch(() => null),
      })),
    );
    for (const { run, view, row } of rows) {
      const late = row?.value.open.filter(({ sends }) => sends >= SENDS_SEEN) ?? [];
      const [first] = late;
      if (first === undefined || found.some(({ runId, node }) => runId === run.runId && node === view.node)) continue;
      found.push(sentAgain(run, view.node, Math.max(...late.map(({ sends }) => sends)), first.at));
    }
  }
  return found;
}

function sentAgain(run: Run, node: string, sends: number, since: number): StuckRun {
  const message = `its message was sent again ${sends} times, and nothing came of it yet`;
  return { ...aboutOf(run, node), code: 'SentAgain', message, since };
}

function aboutOf({ runId, name }: Pick<Run, 'runId' | 'name'>, node: string | null) {
  return { runId, chain: name, node };
}
