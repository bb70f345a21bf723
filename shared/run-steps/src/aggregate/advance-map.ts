import { isTerminal } from '@tally/contracts';
import { countsOf, type MapView, mapViewOf, type Run, type ShardSummary } from '@tally/run-state';
import { MissingRowError, runPlace, summaryPlace, UnreadableRowError } from '@tally/run-store';
import { changeRun } from '../commit/change-run.ts';
import type { StepContext } from '../context/context.ts';
import { finalizeRun } from '../ending/finalize-run.ts';
import { followUp } from '../ending/follow-up.ts';

/**
 * Ends a map node whose shards are all counted, and opens what follows. If that ends the run, it does the
 * finalization.
 */
export async function advanceMap(context: StepContext, run: Run, view: MapView, token: string): Promise<void> {
  const { node, since } = view;
  const advanced = await changeRun(context, run.runId, run.generation, async ({ run: current }) => {
    const summaries = await readAllSummaries(context, current, view);
    return { type: 'advance-map', node, since, token, summaries };
  });
  if (advanced === null) return;
  const { run: ended } = advanced;
  if (!isTerminal(ended.status)) return await followUp(context, advanced);
  const about = { run: ended.runId, status: ended.status };
  const parent = context.telemetry.traceparent() ?? ended.traceparent;
  await context.telemetry.span('complete run', parent, about, () => finalizeRun(context, ended));
}

/**
 * @throws MissingRowError, UnreadableRowError where the summaries don't cover every item once: an output
 * folded from them would be wrong
 */
async function readAllSummaries(
  { maps }: StepContext,
  run: Run,
  { node, since }: MapView,
): Promise<readonly ShardSummary[]> {
  const view = mapViewOf(run, { node, since });
  const map = maps.of(run, node);
  // The event is refused in any case.
  if (view === null || map === undefined || view.status !== 'Running' || view.counted.length < view.shards) return [];
  const { runId, generation, counted, total } = view;
  const summaries = await map.store.readSummaries({ runId, generation, node, since });
  const missing = counted.find((shard) => !summaries.some((summary) => summary.shard === shard));
  if (missing !== undefined)
    throw new MissingRowError(summaryPlace({ runId, generation, node, since, shard: missing }));
  const { succeeded, failed } = countsOf(summaries);
  const told = succeeded + failed;
  if (told !== total)
    throw new UnreadableRowError(
      runPlace(runId),
      'nodes',
      `${total} items of "${node}", but its summaries add up to ${told}`,
    );
  return summaries;
}
