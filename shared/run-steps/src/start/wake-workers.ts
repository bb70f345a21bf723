import { laneOf } from '@tally/chain';
import { generationOf, messageText } from '@tally/contracts';
import { type MapView, permitsOf, type Run } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';
import type { MapStage } from '../context/map-stage.ts';

/** The start of a run of more shards takes long enough: a twentieth of a second on an emulator, and more on Azure. */
const SMALL_SHARDS = 4;
/** One message is not enough: while nothing comes, a host looks more and more seldom. */
const SHARDS_BETWEEN = 8;

const NOTE = 'permits nothing: it wakes the app while the items of a large run are being written';

/**
 * A worker's host looks at an empty queue at intervals that double, up to two seconds, and in Azure an idle app may
 * have no instance. So while a large start writes its shards, a message now and then makes the host look: it is awake
 * when the permits come.
 *
 * I2: the message permits nothing. It is of a generation before the run's, so every version of every app drops it,
 * whenever it comes.
 * @param shard the shard that is being written
 */
export async function wakeWorkers(
  { queues, chance }: Pick<StepContext, 'queues' | 'chance'>,
  { node }: Pick<MapStage, 'node'>,
  { createdAt, traceparent }: Pick<Run, 'createdAt' | 'traceparent'>,
  view: MapView,
  shard: number,
): Promise<void> {
  if (view.shards <= SMALL_SHARDS || shard % SHARDS_BETWEEN !== 0) return;
  const { token } = chance();
  const send = { type: 'send-chunk', shard, chunk: 0, epoch: 1, attempt: 1, token, split: false, delayMs: 0 } as const;
  const of = { ...view, generation: generationOf(createdAt - 1), traceparent };
  for (const message of permitsOf(of, send, () => NOTE)) await queues.send(laneOf(node, view), messageText(message));
}
