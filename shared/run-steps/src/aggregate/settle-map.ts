import { isTerminal } from '@tally/contracts';
import { countsOf, type MapView, type Marker, mapViewOf, type Run } from '@tally/run-state';
import { MissingRowError, markerPlace, runPlace, UnreadableRowError } from '@tally/run-store';
import { changeRun } from '../commit/change-run.ts';
import type { StepContext } from '../context/context.ts';
import { followUp } from '../ending/follow-up.ts';
import { housekeepRun } from '../ending/housekeep-run.ts';

/**
 * Ends a map node whose shards are all counted, and opens what follows. If that ends the run, it does the
 * housekeeping.
 */
export async function settleMap(context: StepContext, run: Run, view: MapView, tok: string): Promise<void> {
  const { node, since } = view;
  const settled = await changeRun(context, run.runId, run.gen, async ({ run: current }) => {
    const markers = await readAllMarkers(context, current, view);
    return { type: 'settle', node, since, tok, markers };
  });
  if (settled === null) return;
  const { run: ended } = settled;
  if (!isTerminal(ended.status)) return await followUp(context, settled);
  const about = { run: ended.runId, status: ended.status };
  const parent = context.telemetry.traceparent() ?? ended.traceparent;
  await context.telemetry.span('complete run', parent, about, () => housekeepRun(context, ended));
}

/**
 * @throws MissingRowError, UnreadableRowError where the markers don't cover every item once: an output folded
 * from them would be wrong
 */
async function readAllMarkers({ maps }: StepContext, run: Run, { node, since }: MapView): Promise<readonly Marker[]> {
  const view = mapViewOf(run, { node, since });
  const map = maps.of(run, node);
  // The event is refused in any case.
  if (view === null || map === undefined || view.status !== 'Running' || view.counted.length < view.shards) return [];
  const { runId, gen, counted, total } = view;
  const markers = await map.store.readMarkers({ runId, gen, node, since });
  const missing = counted.find((shard) => !markers.some((marker) => marker.shard === shard));
  if (missing !== undefined) throw new MissingRowError(markerPlace({ runId, gen, node, since, shard: missing }));
  const { succeeded, failed } = countsOf(markers);
  const told = succeeded + failed;
  if (told !== total)
    throw new UnreadableRowError(
      runPlace(runId),
      'nodes',
      `${total} items of "${node}", and its markers tell of ${told}`,
    );
  return markers;
}
