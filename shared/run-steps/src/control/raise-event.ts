import { queueOf } from '@tally/chain';
import { isTerminal, type Json, MESSAGE_VERSION, messageText } from '@tally/contracts';
import { nextTimeOf } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';

/**
 * Stores an external event of a run and tells the collector. Stored first, whatever the run is at: one that comes early, or while the run is
 * suspended, is read when the gate opens or the run goes on; if the message gets lost, the watchdog looks (I2). The first event of a name
 * stands, since a gate may have been decided by it; later ones are accepted and change nothing.
 */
export async function raiseEvent<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  runId: string,
  name: string,
  value: Json,
): Promise<'accepted' | 'not-found' | 'ended'> {
  const { store, queues, chain, now } = context;
  const run = (await store.readRun(runId))?.value;
  if (run === undefined) return 'not-found';
  if (isTerminal(run.status)) return 'ended';
  const { gen, traceparent } = run;
  await store.insertEvent(runId, gen, name, JSON.stringify(value), nextTimeOf(run, now()));
  // Nobody waits for any other event. The one that is waited for is told of each time, for the first message may have got lost with its sender.
  if (run.options.gate?.event !== name) return 'accepted';
  const message = { v: MESSAGE_VERSION, runId, gen, event: name, traceparent };
  await queues.send(queueOf(chain.collect), messageText(message));
  return 'accepted';
}
