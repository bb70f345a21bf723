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
    // After the run row was read, before it is written, and anew with each try: that is what a housekeeper of the ended run goes by.
    if (control.verb === 'rewind' && canRewind(run)) await store.touchLive(runId, now());
    if (control.verb === 'set-window') return { type: 'set-window', window: control.window, chance: chance() };
    return { type: control.verb, reason: control.reason, failed: failedItems(run), chance: chance() };
  });
  if (control.verb === 'rewind' && changed === null) await tidyUp(context, runId);
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

/** There is no such run, or it was purged while it was to be rewound: what was touched for it would be taken for a start that was cut short, and bring it back as failed. */
async function tidyUp<Item, Result, Folded>(
  { store, now }: StepContext<Item, Result, Folded>,
  runId: string,
): Promise<void> {
  const live = await store.readLive(runId);
  if (live === null || (await store.readRun(runId)) !== null) return;
  await store.deleteLive(live);
  // A start that had touched it before has come through in between: it needs one.
  if ((await store.readRun(runId)) !== null) await store.touchLive(runId, now());
}
