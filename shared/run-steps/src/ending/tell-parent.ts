import type { TallyFailure } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { changeRun, UnknownChainError } from '../commit/change-run.ts';
import { performEffects } from '../commit/perform-effects.ts';
import type { StepContext } from '../context/context.ts';

/**
 * R12: before a child's live row is deleted, its outcome counts in the parent, and what opens by that is
 * sent. A start that was cut short is no outcome: the parent's watchdog starts the child again.
 * @returns false where the parent's chain is unknown here (R8): the child lives until a process that knows it
 * tells the parent
 */
export async function tellParent(context: StepContext, child: Run): Promise<boolean> {
  const { parent } = child;
  if (parent === undefined) return true;
  if (child.status === 'Failed' && child.error.code === 'IntakeInterrupted') return true;
  const { runId, generation, node, since } = parent;
  try {
    const told = await changeRun(context, runId, generation, { type: 'child', node, since, ended: endOf(child) });
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
      : ({ code: 'ChildTerminated', message: `child run ${child.runId} was terminated` } satisfies TallyFailure);
  return { status: 'failed', error } as const;
}
