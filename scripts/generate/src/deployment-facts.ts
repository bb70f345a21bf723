import { faceHappiness, poisonQueueOf, queueOf, queuesOf, type Stage, stagesOf } from '@tally/chain';
import { TABLES } from '@tally/run-store';

/**
 * What an app does with queues beside its own two. From its own queue it takes messages, from its poison queue too; what is named here is all that its
 * identity may do elsewhere.
 */
interface QueueUse {
  /** Puts messages into these stages' queues. */
  readonly sendsTo: readonly Stage[];
  /** Looks at depth and head of these stages' queues and poison queues. */
  readonly watches: readonly Stage[];
  /** Takes what the host has given up out of these stages' poison queues. */
  readonly clears: readonly Stage[];
}

const { dispatch, work, collect } = faceHappiness;

/** Read off the steps that each app takes: `shared/run-steps`. */
const uses: ReadonlyMap<Stage, QueueUse> = new Map([
  // Sends a run's first chunks, external events, and dead letters back to where they came from; its API tells the depth of every queue.
  [dispatch, { sendsTo: [work, collect], watches: [work, collect], clears: [] }],
  // Sends the next chunks (its own queue), and says when a shard is finished.
  [work, { sendsTo: [collect], watches: [], clears: [] }],
  // Wakes shards, sends overdue chunks again unless an older message still waits, measures all queues, keeps what was given up.
  [collect, { sendsTo: [dispatch, work], watches: [dispatch, work], clears: [dispatch, work] }],
]);

/** What the deployment has to know of the chain: `infra/chain.json`. */
export function deploymentFacts() {
  return {
    chain: faceHappiness.name,
    queues: queuesOf(faceHappiness),
    tables: Object.values(TABLES).sort(),
    apps: stagesOf(faceHappiness).map((stage) => {
      const use = uses.get(stage) ?? { sendsTo: [], watches: [], clears: [] };
      return {
        name: stage.name,
        queue: queueOf(stage),
        consumes: [queueOf(stage), poisonQueueOf(stage), ...use.clears.map(poisonQueueOf)],
        sendsTo: use.sendsTo.map(queueOf),
        watches: use.watches.flatMap((watched) =>
          use.clears.includes(watched) ? [queueOf(watched)] : [queueOf(watched), poisonQueueOf(watched)],
        ),
        // Deliveries before the host gives a message up, and how many messages an instance works on at once.
        maxDequeueCount: stage.listening.maxDequeueCount,
        concurrentMessages: stage.listening.batchSize + stage.listening.newBatchThreshold,
      };
    }),
  };
}
