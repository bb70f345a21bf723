import type { Json } from '@tally/contracts';
import { waitFor } from '@tally/run-state';
import { changeRun } from '../commit/change-run.ts';
import { followUp } from '../commit/follow-up.ts';
import type { StepContext } from '../context/context.ts';
import { rulesFor } from '../context/rules.ts';

/** `misfit`: why this can't be the event's payload, in words for a person. */
export type Raised = 'accepted' | 'not-found' | 'ended' | { readonly misfit: string };

/**
 * R4: stores an external event of a run, with what the run comes to by it, in one transaction; then sends what opens. One that comes early, or while the run is
 * suspended, is kept. The first event of a name stands; later ones are accepted and change nothing.
 * @throws UnknownChainError
 */
export async function raiseEvent(context: StepContext, runId: string, name: string, payload: Json): Promise<Raised> {
  const { store, registry } = context;
  const stored = await store.readWhole(runId);
  if (stored === null) return 'not-found';
  const wait = waitFor(rulesFor(registry, stored.run), name);
  const misfit = wait?.until.type === 'event' ? wait.until.misfit(payload) : null;
  if (misfit !== null) return { misfit };
  const raised = await changeRun(context, runId, stored.run.gen, { type: 'raise', name, payload }, stored);
  if (raised === null) return 'not-found';
  if (raised.refused === 'already-ended') return 'ended';
  await followUp(context, raised);
  return 'accepted';
}
