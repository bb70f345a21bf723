import { isTerminal } from '@tally/contracts';
import type { RunChange } from '../commit/change-run.ts';
import { performEffects } from '../commit/perform-effects.ts';
import type { StepContext } from '../context/context.ts';
import { finalizeRun } from './finalize-run.ts';

/**
 * Does what a change of a run justifies. The finalization of an ended run that never had items takes a few
 * requests, so the process that ended the run does it at once. Aggregate does the finalization of any
 * other run.
 */
export async function followUp(context: StepContext, { run, effects }: RunChange): Promise<void> {
  const isLight = run.opened.length === 0;
  const due = isLight ? effects.filter(({ type }) => type !== 'finalize') : effects;
  await performEffects(context, run, due);
  if (due.length < effects.length) await finalizeRun(context, run);
}

/**
 * The same for the app that does the finalization. It does so itself for every run that has ended, and sends
 * no message about it.
 */
export async function finishOff(context: StepContext, { run, effects }: RunChange): Promise<void> {
  await performEffects(
    context,
    run,
    effects.filter(({ type }) => type !== 'finalize'),
  );
  if (isTerminal(run.status)) await finalizeRun(context, run);
}
