import { lanesOf, workedNodesOf } from '@tally/chain';
import { poisonQueueOf } from '@tally/contracts';
import type { StepContext } from '../context/context.ts';
import { BEAT_MS } from '../context/heartbeat.ts';
import { stagesOf } from '../context/registry.ts';
import { servingName } from '../context/serving.ts';

/**
 * A process counts as present if it was seen within three beats: one beat may be late, and one may have just
 * begun.
 */
const SEEN_MS = 3 * BEAT_MS;
/**
 * Rows of processes that are gone are deleted after this time. Until then a person can see which processes
 * were there.
 */
const FORGOTTEN_MS = 3_600_000;

/** A stage as it is now. */
export interface StageState {
  /** Its queue's name. */
  readonly name: string;
  readonly app: string;
  readonly does: string;
  readonly queue: string;
  /** Messages in the queue, including hidden ones (in work, or waiting for a retry); approximate. */
  readonly depth: number;
  readonly poisonQueue: string;
  readonly poison: number;
  /** Processes that have worked for the stage within a minute and a half. */
  readonly workers: number;
}

/** The stages of all chains in the order of the path, with the messages in their queues and their workers. */
export async function readTopology({
  store,
  queues,
  registry,
  now,
}: StepContext): Promise<{ readonly stages: readonly StageState[] }> {
  const seen: { readonly stage: string; readonly process: string }[] = [];
  for await (const { value } of store.listWorkers()) if (now() - value.lastSeen < SEEN_MS) seen.push(value);
  const served = servedStages(registry.chains);
  const stages = stagesOf(registry).map(async ({ name, app, does }): Promise<StageState> => {
    const poisonQueue = poisonQueueOf(name);
    const [depth, poison] = await Promise.all([queues.depth(name), queues.depth(poisonQueue)]);
    const workers = seen.filter(({ stage }) => (served.get(stage) ?? stage) === name).map(({ process }) => process);
    return { name, app, does, queue: name, depth, poisonQueue, poison, workers: new Set(workers).size };
  });
  return { stages: await Promise.all(stages) };
}

/** From which queue the worker of a node takes, by its name in the heartbeat. */
function servedStages(chains: StepContext['registry']['chains']): ReadonlyMap<string, string> {
  const served = chains.flatMap((chain) =>
    workedNodesOf(chain).flatMap((node) =>
      lanesOf(node).map((queue) => [servingName(chain, node.name, queue), queue] as const),
    ),
  );
  return new Map(served);
}

/** Deletes the rows of processes that haven't been seen for an hour. */
export async function forgetWorkers({ store, now }: StepContext): Promise<void> {
  for await (const worker of store.listWorkers()) {
    if (now() - worker.value.lastSeen >= FORGOTTEN_MS) await store.deleteWorker(worker);
  }
}
