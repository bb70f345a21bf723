import type { ActivityBody, Counts, GraphNode } from '@tally/api';

/** The activity of a node, in its queues and in the runs that were read. */
export interface NodeNumbers {
  /** Messages that wait for a worker. */
  readonly queued: number;
  /** Messages that a worker holds. For a node without a queue: the runs in which it is at work. */
  readonly inWork: number;
  /** Messages that wait for their time. */
  readonly delayed: number;
  /** Runs that wait at it. */
  readonly waiting: number;
  readonly done: number;
  readonly failed: number;
  /** Results a second. */
  readonly rate: number;
  /** Null when it has no queue. */
  readonly workers: number | null;
  readonly items: Counts | null;
  /** Poison messages and dead letters, and the stage where they are found. */
  readonly given: number;
  readonly stage: string;
}

export function numbersOf(
  chain: string,
  { name, queue, smallQueue }: Pick<GraphNode, 'name' | 'queue' | 'smallQueue'>,
  activity: Pick<ActivityBody, 'stages' | 'nodes'> | undefined,
): NodeNumbers {
  // A map has a separate queue for small runs.
  const stages = activity?.stages.filter((stage) => stage.queue === queue || stage.queue === smallQueue) ?? [];
  const sumOf = (field: 'visible' | 'hidden' | 'poison' | 'deadLetters') =>
    stages.reduce((sum, stage) => sum + stage[field], 0);
  const known = activity?.nodes.find((one) => one.chain === chain && one.node === name);
  const { atWork = 0, delayed = 0, waiting = 0, done = 0, failed = 0, rate = 0, items = null } = known ?? {};
  const hidden = sumOf('hidden');
  return {
    queued: sumOf('visible'),
    // A hidden message that doesn't wait for its time is held by a worker.
    inWork: queue === undefined ? atWork : Math.max(0, hidden - delayed),
    delayed: Math.min(delayed, hidden),
    ...{ waiting, done, failed, rate, items },
    workers: queue === undefined ? null : Math.max(0, ...stages.map((stage) => stage.workers)),
    given: sumOf('poison') + sumOf('deadLetters'),
    stage: stages.find(({ poison, deadLetters }) => poison + deadLetters > 0)?.name ?? queue ?? '',
  };
}
