import type { StepContext } from '../context/context.ts';
import { stagesOf } from '../context/registry.ts';
import { readTopology, type StageState } from './read-topology.ts';

/** A stage, with what one sees of its messages. */
export interface StageActivity extends StageState {
  /** Messages that whoever comes may take: as many as a look shows, and about so many where it shows no end. */
  readonly visible: number;
  /** Messages that a worker holds, or that wait for their time; about so many. */
  readonly hidden: number;
  /** When the oldest visible message came, in milliseconds since 1970; null where none is visible. */
  readonly oldestVisibleAt: number | null;
  /** Dead letters, as far as they were counted. */
  readonly deadLetters: number;
}

/** What a look at a queue shows at most. */
const PEEKED_MAX = 32;
/** Dead letters of a stage that are counted at most: one request finds them. */
const LETTERS_MAX = 100;

/**
 * The stages with what lies in their queues: beside what the topology takes, a look at each queue that holds something, and a query a stage for its dead letters.
 * A queue tells how many messages it has, and not which of them are hidden: what a look shows of it tells the two apart.
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
      // Behind those of a full look there are visible ones, too: more than its workers take at once they don't hide.
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
