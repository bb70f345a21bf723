import { isTerminal } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';
import { chainOf } from '../context/registry.ts';
import { listRuns } from './list-runs.ts';
import { listUnfinished } from './list-unfinished.ts';
import type { ListedRun, UnreadableListed } from './listed-run.ts';
import { type HopActivity, hopActivityOf, type NodeActivity, nodeActivityOf } from './node-activity.ts';
import { readOpenMaps } from './open-maps.ts';
import { readStageActivity, type StageActivity } from './stage-activity.ts';
import { type StuckRun, stuckByLedgers, stuckByRow, stuckUnreadable } from './stuck-runs.ts';

/** What is going on, by node and by queue, and which runs a person should look at. */
export interface Activity {
  /** Unfinished runs. */
  readonly runs: number;
  /** False: there is more, which was not looked at. */
  readonly isWhole: boolean;
  /** Ended runs that were looked at as well. */
  readonly recent: number;
  readonly nodes: readonly NodeActivity[];
  readonly hops: readonly HopActivity[];
  readonly stages: readonly StageActivity[];
  readonly stuck: readonly StuckRun[];
}

/** Unfinished runs that one look reads at most: as many as a page of the listing. */
const RUNS_MAX = 200;
/** The newest of all runs that are read, for what has ended lately. */
const RECENT_MAX = 48;

/** Looks at the unfinished runs, the newest of all runs, the ledgers of open maps, and the queues. */
export async function readActivity(context: StepContext): Promise<Activity> {
  const [live, newest, stages] = await Promise.all([
    // By their live rows, whatever their status, because a run whose row can't be read has the status of an
    // ended one.
    listUnfinished(context, { top: RUNS_MAX, token: null }, null),
    listRuns(context, { top: RECENT_MAX, token: null }),
    readStageActivity(context),
  ]);
  const seen = [...new Map([...newest.runs, ...live.runs].map((run) => [run.runId, run])).values()];
  const runs = seen.filter(isReadable);
  const unfinished = runs.filter(({ status }) => !isTerminal(status));
  const maps = await readOpenMaps(context, unfinished);
  return {
    runs: unfinished.length,
    isWhole: live.token === null && maps.every(({ counts }) => counts !== null),
    recent: runs.length - unfinished.length,
    nodes: nodeActivityOf(runs, maps, context.now()),
    hops: hopActivityOf(runs, (run) => chainOf(context.registry, run)),
    stages,
    stuck: [
      ...seen.filter((run): run is UnreadableListed => !isReadable(run)).map(stuckUnreadable),
      ...unfinished.flatMap((run) => stuckByRow(context, run)),
      ...maps.flatMap(stuckByLedgers),
    ],
  };
}

function isReadable(run: ListedRun): run is Run {
  return !('unreadable' in run);
}
