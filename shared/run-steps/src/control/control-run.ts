import { canRewind, type Run } from '@tally/run-state';
import { changeRun, type RunChange } from '../commit/change-run.ts';
import type { StepContext } from '../context/context.ts';
import { rulesFor } from '../context/rules.ts';
import { followUp } from '../ending/follow-up.ts';
import { wakeRun } from './wake-run.ts';

/** What a caller may do to a run. */
export type Control =
  | { readonly verb: 'suspend' | 'resume' | 'terminate' | 'rewind'; readonly reason: string | null }
  | { readonly verb: 'set-window'; readonly window: number };

/**
 * Does what the caller asks, or says why the run's status doesn't allow it.
 * @returns null where there is no such run
 * @throws UnknownChainError where it takes a chain that isn't known here (R8)
 */
export async function controlRun(context: StepContext, runId: string, control: Control): Promise<RunChange | null> {
  const { store, now } = context;
  const changed = await changeRun(context, runId, null, async ({ run }) => {
    if (control.verb === 'set-window') return { type: 'set-window', window: control.window };
    // Touched after the run row was read and before it is written, again with each try: a finalizer of the
    // ended run relies on that.
    if (control.verb === 'rewind' && willRewind(context, run)) await store.touchLive(runId, now(), 'rewind');
    return { type: control.verb, reason: control.reason };
  });
  if (control.verb === 'rewind' && changed === null) await tidyUp(context, runId);
  if (changed === null) return null;
  // A rewind has touched the row.
  const isWoken = control.verb === 'resume' || control.verb === 'terminate';
  if (isWoken && changed.refused === undefined) await wakeRun(context, changed.run);
  await followUp(context, changed);
  return changed;
}

/** A rewind that will be refused writes nothing. */
function willRewind({ registry }: StepContext, run: Run): boolean {
  if (run.status !== 'Failed' && run.status !== 'Completed') return false;
  return canRewind(run, rulesFor(registry, run));
}

/**
 * There is no such run, or it was purged during the rewind. The live row that was touched for it would be
 * looked at forever. If a start has touched the row too, the start needs it, or the watchdog ends what the
 * start left.
 */
async function tidyUp({ store }: StepContext, runId: string): Promise<void> {
  const live = await store.readLive(runId);
  if (live === null || live.forStart || (await store.readRun(runId)) !== null) return;
  await store.deleteLive(live);
}
