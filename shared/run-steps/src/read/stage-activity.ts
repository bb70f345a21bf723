import type { StepContext } from '../context/context.ts';
import { stagesOf } from '../context/registry.ts';
import { readTopology, type StageState } from './read-topology.ts';

/** A stage, with what can be seen of its messages. */
export interface StageActivity extends StageState {
  /**
   * Messages that a worker may take now. Up to what one look shows the number is exact, beyond that
   * approximate.
   */
  readonly visible: number;
  /** Messages that a worker holds, or that wait for their time; approximate. */
  readonly hidden: number;
  /** When the oldest visible message came, in milliseconds since 1970; null where none is visible. */
  readonly oldestVisibleAt: number | null;
  /** Dead letters, as far as they were counted. */
  readonly deadLetters: number;
}

/** How many messages a look at a queue shows at most. */
const PEEKED_MAX = 32;
/** Dead letters counted for a stage at most: one request finds them. */
const LETTERS_MAX = 100;

/**
 * The stages with what is in their queues. Beside the reads of the topology, it takes a look at each queue
 * that holds messages, and one query a stage for its dead letters. A queue says how many messages it has, but
 * not which of them are hidden. What a look shows tells the two apart.
 */
export async function readStageActivity(context: StepContext): Promise<StageActivity[]> {
  const { stages } = await readTopology(context);
  const held = new Map(
    stagesOf(context.registry).map(({ name, listening }) => [name, listening.batchSize + listening.newBatchThreshold]),
  );
  return await Promise.all(
    stages.map(async (stage) => {
      const [seen, deadLetters] = await Promise.all([
        stage.depth === 0 ? [] : context.queues.peek(stage.queue),
        countLetters(context, stage.name),
      ]);
      const others = Math.max(0, stage.depth - seen.length);
      // Beyond a full look there are visible messages too: the workers hide no more than they take at once.
      const hidden =
        seen.length < PEEKED_MAX ? others : Math.min(others, stage.workers * (held.get(stage.queue) ?? others));
      const visible = seen.length + others - hidden;
      return { ...stage, visible, hidden, oldestVisibleAt: seen[0]?.insertedAt ?? null, deadLetters };
    }),
  );
}

async function countLetters({ store }: StepContext, stage: string): Promise<number> {
  let count = 0;
  for await (const _ of store.listDeadLetters(stage, { limit: LETTERS_MAX })) count += 1;
  return count;
}
