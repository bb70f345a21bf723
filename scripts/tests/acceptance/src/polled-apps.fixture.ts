import { QueueServiceClient } from '@azure/storage-queue';
import { type BlobStore, connectBlobs, containers } from '@tally/blobs';
import type { ChainDefinition, HandlerTable } from '@tally/chain';
import { runFiles } from '@tally/functions-kit';
import { blobsOf, noLinks, triesOfMap, triesOfTask } from '@tally/run-handlers';
import { compose, noTelemetry, type Stage, type StepContext, stagesOf } from '@tally/run-steps';
import { runFunction, type Tries } from '@tally/test-chain';

/**
 * The apps of some chains on a real account. Each has its own context, as in its own process, and gets
 * messages from real queues without a Functions host.
 */
export interface PolledApps {
  /** The steps of intake. */
  readonly steps: StepContext;
  readonly blobs: BlobStore;
  /** Takes messages from all queues, in parallel, until the condition holds. */
  until(isSo: () => Promise<boolean>): Promise<void>;
  /** The number of messages in each queue that has any. */
  left(): Promise<Record<string, number>>;
}

const quiet = { info: () => {}, warn: () => {} };

/** @param tables of all chains */
export async function startPolledApps(value: string, tables: readonly HandlerTable[]): Promise<PolledApps> {
  const connection = { kind: 'connectionString', value } as const;
  const registry = { chains: [...new Set<ChainDefinition>(tables.map(({ chain }) => chain))] };
  const stages = stagesOf(registry);
  const blobs = connectBlobs(connection);
  const composed = compose(registry, connection, quiet, noTelemetry, runFiles(connection));
  await Promise.all([composed.prepare(), blobs.createContainers([containers.runs])]);
  const contexts = new Map(
    [...new Set(stages.map(({ app }) => app))].map((app) => [app, compose(registry, connection, quiet).steps]),
  );
  const service = QueueServiceClient.fromConnectionString(value);
  const poll = async (stage: Stage): Promise<void> => {
    const client = service.getQueueClient(stage.name);
    const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: 16, visibilityTimeout: 60 });
    await Promise.all(
      receivedMessageItems.map(async ({ messageText, messageId, dequeueCount, insertedOn, popReceipt }) => {
        const delivery = { body: messageText, messageId, dequeueCount, insertedAt: insertedOn.getTime() };
        const steps = contexts.get(stage.app) ?? composed.steps;
        await runFunction(steps, stage, 'queue', delivery, triesOf(stage.app, tables, blobs));
        await client.deleteMessage(messageId, popReceipt);
      }),
    );
  };
  return {
    steps: composed.steps,
    blobs,
    until: async (isSo) => {
      while (!(await isSo())) await Promise.all(stages.map(poll));
    },
    left: async () => {
      const depths = await Promise.all(
        stages.map(async ({ name }) => [name, await composed.steps.queues.depth(name)] as const),
      );
      return Object.fromEntries(depths.filter(([, depth]) => depth > 0));
    },
  };
}

/** An app has only its own handlers. */
function triesOf(app: string, tables: readonly HandlerTable[], store: BlobStore): Tries {
  const own = tables.filter((table) => table.app === app);
  const parts = { log: quiet, blobs: blobsOf({ store, container: containers.runs }), links: noLinks };
  return { task: triesOfTask(own, parts), items: triesOfMap(own, parts) };
}
