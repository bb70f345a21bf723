import type { Run } from '@tally/run-state';
import { changeRun, type RunChange } from './change-run.ts';
import type { StepContext } from './context.ts';
import { performEffects } from './perform-effects.ts';

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
    // The live row comes before the run row that needs it, and anew with each try: a housekeeper that came between has deleted it.
    if (control.verb === 'rewind' && canRewind(run)) await store.touchLive(runId, now());
    if (control.verb === 'set-window') return { type: 'set-window', window: control.window, chance: chance() };
    return { type: control.verb, reason: control.reason, failed: failedItems(run), chance: chance() };
  });
  if (control.verb === 'rewind') await settleLive(context, runId, changed);
  if (changed !== null) await performEffects(context, changed.run, changed.effects);
  return changed;
}

/** A rewind that will be refused writes nothing. */
function canRewind(run: Run): boolean {
  return run.status === 'Failed' ? run.error.code !== 'IntakeInterrupted' : failedItems(run) > 0;
}

function failedItems(run: Run): number {
  return run.status === 'Completed' && run.housed !== null ? run.housed.failed : 0;
}

/** The live row as a rewind leaves it: there if the run lives again, gone if the run is. */
async function settleLive<Item, Result, Folded>(
  { store, now }: StepContext<Item, Result, Folded>,
  runId: string,
  changed: RunChange | null,
): Promise<void> {
  if (changed === null) {
    // Purged in between. What was touched for it would be taken for a start that was cut short.
    const live = await store.readLive(runId);
    if (live !== null && (await store.readRun(runId)) === null) await store.deleteLive(live);
    return;
  }
  // A purge of the ended run may have deleted it since it was touched, or be about to.
  if (changed.refused === undefined) await store.touchLive(runId, now());
}
