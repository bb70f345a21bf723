import { isTerminal } from '@tally/contracts';
import type { RunChange } from '../commit/change-run.ts';
import { performEffects } from '../commit/perform-effects.ts';
import type { StepContext } from '../context/context.ts';
import { housekeepRun } from './housekeep-run.ts';

/**
 * Does what a change of a run justifies. The housekeeping of an ended run that never had items takes a few
 * requests, so the process that ended the run does it at once. The collector does the housekeeping of any
 * other run.
 */
export async function followUp(context: StepContext, { run, effects }: RunChange): Promise<void> {
  const isLight = run.opened.length === 0;
  const due = isLight ? effects.filter(({ type }) => type !== 'housekeep') : effects;
  await performEffects(context, run, due);
  if (due.length < effects.length) await housekeepRun(context, run);
}

/**
 * The same for the app that does the housekeeping. It does so itself for every run that has ended, and sends
 * no message about it.
 */
export async function finishOff(context: StepContext, { run, effects }: RunChange): Promise<void> {
  await performEffects(
    context,
    run,
    effects.filter(({ type }) => type !== 'housekeep'),
  );
  if (isTerminal(run.status)) await housekeepRun(context, run);
}
