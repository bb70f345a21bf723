import type { Json } from '@tally/contracts';
import { VALUE_MAX_CHARS, waitFor } from '@tally/run-state';
import { changeRun } from '../commit/change-run.ts';
import type { StepContext } from '../context/context.ts';
import { rulesFor } from '../context/rules.ts';
import { followUp } from '../ending/follow-up.ts';
import { wakeRun } from './wake-run.ts';

/** `misfit`: why the value can't be the event's payload, in words for a person. */
export type Raised = 'accepted' | 'not-found' | 'ended' | { readonly misfit: string };

/**
 * Events that a run keeps at most, because each read of the run brings all of them. An event that it waits
 * for is always taken.
 */
const EVENTS_MAX = 100;

/**
 * R4: stores an external event of a run and its effect on the run, in one transaction. Then it sends what
 * opens. An event that comes early, or while the run is suspended, is kept. The first event of a name stands;
 * later ones are accepted and change nothing.
 * @param about `generation`: the generation that is meant; absent: the one that is there. `reason`: why the event is
 * raised, for the timeline
 * @throws UnknownChainError
 */
export async function raiseEvent(
  context: StepContext,
  runId: string,
  name: string,
  payload: Json,
  { generation, reason }: { readonly generation?: string | undefined; readonly reason?: string | undefined } = {},
): Promise<Raised> {
  const { store, registry } = context;
  const stored = await store.readWhole(runId);
  if (stored === null || (generation !== undefined && stored.run.generation !== generation)) return 'not-found';
  const wait = waitFor(rulesFor(registry, stored.run), name);
  const misfit = wait?.until.type === 'event' ? wait.until.misfit(payload) : null;
  // The first event of a name stands, so one that no row can hold would fail its wait for good.
  const chars = JSON.stringify(payload).length;
  if (chars > VALUE_MAX_CHARS)
    return { misfit: `takes ${chars} characters as JSON; an event may have at most ${VALUE_MAX_CHARS}` };
  const isNew = wait === undefined && !stored.records.events.has(name);
  if (isNew && stored.records.events.size >= EVENTS_MAX)
    return { misfit: `the run has ${EVENTS_MAX} events already, and no node waits for this name` };
  if (misfit !== null) return { misfit };
  const raised = await changeRun(
    context,
    runId,
    stored.run.generation,
    { type: 'raise', name, payload, reason },
    stored,
  );
  if (raised === null) return 'not-found';
  if (raised.refused === 'already-ended') return 'ended';
  if (raised.run !== raised.before) await wakeRun(context, raised.run);
  await followUp(context, raised);
  return 'accepted';
}
