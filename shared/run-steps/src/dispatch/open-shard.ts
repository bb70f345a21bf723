import { isTerminal, type Json, type TallyFailure } from '@tally/contracts';
import { cutRun, digestOf, type MapView, planOf, type Run, seenBy } from '@tally/run-state';
import { changeRun } from '../commit/change-run.ts';
import type { StepContext } from '../context/context.ts';
import type { MapStage } from '../context/map-stage.ts';
import { rulesOf } from '../context/rules.ts';
import { finalizeRun } from '../ending/finalize-run.ts';
import { followUp } from '../ending/follow-up.ts';
import { purgeLeftovers } from '../purge/purge-leftovers.ts';
import { initialLedger, insertShard } from '../start/insert-shard.ts';

/**
 * R2: writes the rows of a shard of an open node for which only the plan was written. The items are computed
 * again. If they aren't those of the plan, a deployment has changed the chain's function, and the node fails.
 * @returns whether the shard is there now
 */
export async function openShard(
  context: StepContext,
  known: Run,
  map: MapStage,
  view: MapView,
  shard: number,
): Promise<boolean> {
  const { runId, generation, node, since } = view;
  const whole = await context.store.readWhole(runId);
  if (whole === null || whole.run.generation !== generation) return false;
  const plan = planOf(whole.run.nodes[node]);
  if (plan === undefined || whole.run.nodes[node]?.since !== since || isTerminal(whole.run.status)) return false;
  const items = itemsOf(() => map.node.items(seenBy(whole, rulesOf(map.chain), map.node.after)));
  const planned = items === null ? undefined : cutRun(items.length, map.node.sizing, plan.chunkItems).shards[shard];
  if (items === null || planned === undefined || digestOf(items) !== plan.digest) {
    const message = `the items of node "${node}" differ from those that it was opened with: the chain's function has changed`;
    const failure: TallyFailure = { code: 'ItemsChanged', message };
    const failed = await changeRun(context, runId, generation, { type: 'fail-node', node, since, failure });
    if (failed !== null) await followUp(context, failed);
    return false;
  }
  await insertShard(map, view, items, initialLedger(map, planned), planned);
  await tidyUp(context, known);
  return true;
}

function itemsOf(compute: () => readonly Json[]): readonly Json[] | null {
  try {
    const items = compute();
    return items.length === 0 ? null : items;
  } catch {
    // It didn't throw when the node was opened, so the function has changed.
    return null;
  }
}

/**
 * A run that has ended meanwhile may have had its finalization before these rows were there: they are closed
 * now (I5). The rows of a run that is gone are deleted, because no other process knows of them.
 */
async function tidyUp(context: StepContext, { runId, generation, opened }: Run): Promise<void> {
  const run = await context.runs.fresh(runId);
  if (run === null || run.generation !== generation) await purgeLeftovers(context, runId, generation, opened);
  else if (isTerminal(run.status)) await finalizeRun(context, run);
}
