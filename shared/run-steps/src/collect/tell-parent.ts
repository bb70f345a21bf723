import type { Run } from '@tally/run-state';
import { changeRun, UnknownChainError } from '../commit/change-run.ts';
import { performEffects } from '../commit/perform-effects.ts';
import type { StepContext } from '../context/context.ts';

/**
 * R12: the outcome of a child run counts in its parent, and what opens by that is sent, before the child's live row goes. A start that was cut short is no end: the
 * parent's watchdog starts the child again.
 * @returns false where nobody here knows the parent's chain (R8): the child lives until somebody does who tells it
 */
export async function tellParent(context: StepContext, child: Run): Promise<boolean> {
  const { parent } = child;
  if (parent === undefined) return true;
  if (child.status === 'Failed' && child.error.code === 'IntakeInterrupted') return true;
  const { runId, gen, node, since } = parent;
  try {
    const told = await changeRun(context, runId, gen, { type: 'child', node, since, ended: endOf(child) });
    if (told !== null) await performEffects(context, told.run, told.effects);
    return true;
  } catch (error) {
    if (error instanceof UnknownChainError) return false;
    throw error;
  }
}

function endOf(child: Run) {
  if (child.status === 'Completed') return { status: 'succeeded', output: child.output } as const;
  const error =
    child.status === 'Failed'
      ? child.error
      : { code: 'ChildTerminated', message: `child run ${child.runId} was terminated` };
  return { status: 'failed', error } as const;
}
