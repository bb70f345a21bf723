import { laneOf } from '@tally/chain';
import { generationOf, messageText } from '@tally/contracts';
import { permitsOf, type Run } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';
import { FIRST_RUN } from '../messages/admit.ts';
import type { RootItems } from './root-items.ts';

/** The start of a run of more shards takes long enough: a twentieth of a second on an emulator, and more on Azure. */
const SMALL_SHARDS = 4;
/** One message is not enough: while nothing comes, a host looks more and more seldom. */
const SHARDS_BETWEEN = 8;

const NOTE = 'permits nothing: it wakes the app while the items of a large run are being written';

/** The round in which a map opens whose items are the run's input. */
const SINCE = 1;

/**
 * A worker's host looks at an empty queue at intervals that double, up to two seconds, and in Azure an idle app may
 * have no instance. So from its beginning, and while it writes its shards, a large start sends a message now and then
 * that makes the host look: it is awake when the permits come.
 *
 * I2: the message permits nothing. It is of a generation that no run has, so every version of every app drops it,
 * whenever it comes. A message that can't be sent is a line in the log.
 * @param run the run's id, before anything of it is written
 * @param shard the shard that is written next, or is being written
 */
export async function wakeWorkers(
  { queues, chance, log }: Pick<StepContext, 'queues' | 'chance' | 'log'>,
  { runId, traceparent }: Pick<Run, 'runId' | 'traceparent'>,
  { map: { node }, items, plan: { shards } }: RootItems,
  shard: number,
): Promise<void> {
  if (shards.length <= SMALL_SHARDS || shard % SHARDS_BETWEEN !== 0) return;
  const { token } = chance();
  const send = { type: 'send-chunk', shard, chunk: 0, epoch: 1, attempt: 1, token, split: false, delayMs: 0 } as const;
  const of = { runId, generation: generationOf(FIRST_RUN), node: node.name, since: SINCE, traceparent };
  const queue = laneOf(node, { total: items.length });
  try {
    for (const message of permitsOf(of, send, () => NOTE)) await queues.send(queue, messageText(message));
  } catch (error) {
    // Without it the permits wait for the next look. A start that failed for it would lose its items.
    log.warn('the workers could not be woken', { queue, runId, error });
  }
}
