import { isTerminal } from '@tally/contracts';
import type { GateVerdict, Marker, Run } from '@tally/run-state';
import { MissingRowError, markerPlace, runPlace, UnreadableRowError } from '@tally/run-store';
import { z } from 'zod';
import { changeRun } from '../commit/change-run.ts';
import { performEffects } from '../commit/perform-effects.ts';
import type { StepContext } from '../context/context.ts';
import { housekeepRun } from './housekeep-run.ts';

/** What the event that a gate waits for may bring: `true`, `false`, or `{approved, reason?}`; anything else that came approves nothing. */
export const verdictSchema = z.union([
  z.boolean().transform((approved): GateVerdict => ({ approved, reason: null })),
  z
    .object({ approved: z.boolean(), reason: z.string().nullish() })
    .transform(({ approved, reason }): GateVerdict => ({ approved, reason: reason ?? null })),
]);

/**
 * All shards are counted: opens the gate, passes it, or ends the run and does its housekeeping. After the gate was opened its event is read
 * again, or one that was stored in between would be lost.
 */
export async function settleRun<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  run: Run,
): Promise<void> {
  const settled = await changeRun(context, run.runId, run.gen, async (current) => ({
    type: 'settle',
    markers: await readAllMarkers(context, current),
    verdict: await readVerdict(context, current),
  }));
  if (settled === null) return;
  const { run: ended } = settled;
  if (isTerminal(ended.status)) {
    const about = { run: ended.runId, status: ended.status };
    const parent = context.telemetry.traceparent() ?? ended.traceparent;
    return await context.telemetry.span('complete run', parent, about, () => housekeepRun(context, ended));
  }
  const timeouts = settled.effects.filter((effect) => effect.type === 'send-gate-timeout');
  await performEffects(context, settled.run, timeouts);
  if (settled.effects.some((effect) => effect.type === 'read-event')) await settleRun(context, settled.run);
}

/** @throws MissingRowError, UnreadableRowError where the markers don't tell of every item once: an output that is folded from them would be wrong */
async function readAllMarkers<Item, Result, Folded>(
  { store }: StepContext<Item, Result, Folded>,
  { runId, status, shards, counted, total }: Run,
): Promise<readonly Marker<Folded>[]> {
  const markers = await store.readMarkers(runId);
  if (status !== 'Running' || counted.length < shards) return markers; // refused all the same
  const missing = counted.find((shard) => !markers.some((marker) => marker.shard === shard));
  if (missing !== undefined) throw new MissingRowError(markerPlace(runId, missing));
  const told = markers.reduce((sum, { succeeded, failed }) => sum + succeeded + failed, 0);
  if (told !== total)
    throw new UnreadableRowError(runPlace(runId), 'total', `${total}, and its markers tell of ${told} items`);
  return markers;
}

async function readVerdict<Item, Result, Folded>(
  { store }: StepContext<Item, Result, Folded>,
  run: Run,
): Promise<GateVerdict | null> {
  const { gate } = run.options;
  if (gate === undefined) return null;
  const stored = await store.readEvent(run.runId, run.gen, gate.event);
  if (stored === null) return null;
  const parsed = verdictSchema.safeParse(JSON.parse(stored));
  return parsed.success
    ? parsed.data
    : { approved: false, reason: 'the event held neither true, false nor {approved}' };
}
