import { isTerminal } from '@tally/contracts';
import { housekeepRun } from '../collect/housekeep-run.ts';
import type { StepContext } from '../context/context.ts';
import type { RunChange } from './change-run.ts';
import { performEffects } from './perform-effects.ts';

/**
 * Does what a change of a run justifies. The housekeeping of a run that has ended and never had items is a few requests: whoever has ended it does it
 * at once. Of any other the collector does it.
 */
export async function followUp(context: StepContext, { run, effects }: RunChange): Promise<void> {
  const isLight = run.opened.length === 0;
  const due = isLight ? effects.filter(({ type }) => type !== 'housekeep') : effects;
  await performEffects(context, run, due);
  if (due.length < effects.length) await housekeepRun(context, run);
}

/** The same by the app that keeps the house: it does so itself, of every run that has ended, and sends nobody a message about it. */
export async function finishOff(context: StepContext, { run, effects }: RunChange): Promise<void> {
  await performEffects(
    context,
    run,
    effects.filter(({ type }) => type !== 'housekeep'),
  );
  if (isTerminal(run.status)) await housekeepRun(context, run);
}
