import { failedOf, type Run } from '@tally/run-state';
import { changeRun, type RunChange } from '../commit/change-run.ts';
import { performEffects } from '../commit/perform-effects.ts';
import type { StepContext } from '../context/context.ts';

/** What a caller may do to a run. */
export type Control =
  | { readonly verb: 'suspend' | 'resume' | 'terminate' | 'rewind'; readonly reason: string | null }
  | { readonly verb: 'set-window'; readonly window: number };

/**
 * Does what the caller asks, or says why the run's status doesn't allow it.
 * @returns null where there is no such run
 */
export async function controlRun<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  runId: string,
  control: Control,
): Promise<RunChange | null> {
  const { store, now, chance } = context;
  const changed = await changeRun<Item, Result, Folded>(context, runId, null, async (run) => {
    if (control.verb === 'set-window') return { type: 'set-window', window: control.window, chance: chance() };
    const event = { type: control.verb, reason: control.reason, failed: 0, chance: chance() };
    if (control.verb !== 'rewind') return event;
    const failed = await failedItems(context, run);
    // After the run row was read, before it is written, and anew with each try: that is what a housekeeper of the ended run goes by.
    if (canRewind(run, failed)) await store.touchLive(runId, now(), 'rewind');
    return { ...event, failed };
  });
  if (control.verb === 'rewind' && changed === null) await tidyUp(context, runId);
  if (changed !== null) await performEffects(context, changed.run, changed.effects);
  return changed;
}

/** A rewind that will be refused writes nothing. */
function canRewind(run: Run, failed: number): boolean {
  return run.status === 'Failed' ? run.error.code !== 'IntakeInterrupted' : failed > 0;
}

/** Of a completed run. Before its housekeeping has brought the final counts its markers tell: all shards are counted, and they stand until a rewind. */
async function failedItems<Item, Result, Folded>(
  { store }: StepContext<Item, Result, Folded>,
  run: Run,
): Promise<number> {
  if (run.status !== 'Completed') return 0;
  return run.housed?.failed ?? failedOf(await store.readMarkers(run.runId));
}

/**
 * There is no such run, or it was purged while it was to be rewound: what was touched for it would be looked at for ever. Where a start has touched it too, that
 * needs it, or the watchdog ends what came of it.
 */
async function tidyUp<Item, Result, Folded>(
  { store }: StepContext<Item, Result, Folded>,
  runId: string,
): Promise<void> {
  const live = await store.readLive(runId);
  if (live === null || live.forStart || (await store.readRun(runId)) !== null) return;
  await store.deleteLive(live);
}
