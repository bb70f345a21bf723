import { isTerminal, otherVersionSchema } from '@tally/contracts';
import type { StepContext } from '../context/context.ts';
import type { Handled } from './admit.ts';
import type { Held } from './hold-message.ts';

/** What is unknown here then, in words for a person. */
export const ROWS_OF_OTHERS = 'the rows of its run, which another version of Tally has written';

type Judged = { readonly kind: 'held'; readonly held: Held } | Extract<Handled, { kind: 'dropped' }>;

/**
 * R9: what becomes of a message of another version of Tally, in any queue. If the rows of its run are of that
 * version too, no process here sends its work again. An app of that version may still be up, or be brought
 * back. So the message waits like a message whose chain isn't known. It stays as it came, since that version
 * may refuse what it doesn't know. Its seven days therefore count from when the run was last written.
 * @returns null where it isn't such a message, or its run can be read here: then the watchdog sends the work
 * again (I2)
 */
export async function judgeOtherVersion({ store }: Pick<StepContext, 'store'>, body: string): Promise<Judged | null> {
  const message = otherVersionOf(body);
  if (message === null) return null;
  const { runId, gen: generation } = message;
  const run = await store.lookAtRun(runId);
  if (run === null || !('error' in run) || !run.error.isOfAnotherVersion) return null;
  if (run.generation !== undefined && run.generation !== generation)
    return { kind: 'dropped', reason: 'other-generation' };
  if (run.status !== undefined && isTerminal(run.status)) return { kind: 'dropped', reason: 'already-ended' };
  const since = run.updatedAt ?? run.createdAt ?? 0;
  return { kind: 'held', held: { runId, generation, since, unknown: ROWS_OF_OTHERS, text: body } };
}

function otherVersionOf(body: string) {
  try {
    return otherVersionSchema.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null;
  }
}
