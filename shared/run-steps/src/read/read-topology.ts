import { poisonQueueOf, queueOf, stagesOf } from '@tally/chain';
import type { StepContext } from '../context/context.ts';
import { BEAT_MS } from '../context/heartbeat.ts';

/** A process counts as there if it was seen within three beats: one may be late, and one just begun. */
const SEEN_MS = 3 * BEAT_MS;
/** Rows of processes that are gone are deleted after this; until then a person can see who was there. */
const FORGOTTEN_MS = 3_600_000;

/** A stage as it is now. */
export interface StageState {
  readonly name: string;
  readonly does: string;
  readonly queue: string;
  /** Messages in the queue, hidden ones (in work, or waiting for a retry) included; approximate. */
  readonly depth: number;
  readonly poisonQueue: string;
  readonly poison: number;
  /** Processes that have worked for the stage within a minute and a half. */
  readonly workers: number;
}

/** The stages of the chain in the order of the path, with what is in their queues and who works for them. */
export async function readTopology<Item, Result, Folded>({
  store,
  queues,
  chain,
  now,
}: StepContext<Item, Result, Folded>): Promise<{ readonly stages: readonly StageState[] }> {
  const seen: string[] = [];
  for await (const { value } of store.listWorkers()) if (now() - value.lastSeen < SEEN_MS) seen.push(value.stage);
  const stages = stagesOf(chain).map(async (stage): Promise<StageState> => {
    const [queue, poisonQueue] = [queueOf(stage), poisonQueueOf(stage)];
    const [depth, poison] = await Promise.all([queues.depth(queue), queues.depth(poisonQueue)]);
    const workers = seen.filter((name) => name === stage.name).length;
    return { name: stage.name, does: stage.does, queue, depth, poisonQueue, poison, workers };
  });
  return { stages: await Promise.all(stages) };
}

/** Deletes the rows of processes that haven't been seen for an hour. */
export async function forgetWorkers<Item, Result, Folded>({
  store,
  now,
}: StepContext<Item, Result, Folded>): Promise<void> {
  for await (const worker of store.listWorkers()) {
    if (now() - worker.value.lastSeen >= FORGOTTEN_MS) await store.deleteWorker(worker);
  }
}
