import { type RegisteredApp, registry } from '@tally/chains';
import { AGGREGATE_QUEUE, DISPATCH_QUEUE, poisonQueueOf } from '@tally/contracts';
import type { ServiceSettings } from '@tally/infra-checks';
import { aggregateStage, intakeStage, queuesOf, type Stage, stagesOf } from '@tally/run-steps';
import { TABLES } from '@tally/run-store';

const stages = stagesOf(registry);

/**
 * How an app uses queues. It takes messages from its own queues and from their poison queues. The other
 * fields list all further rights of its identity (R13). They follow from the steps that each app takes:
 * `shared/run-steps`.
 */
interface App {
  readonly name: string;
  /** The chains that it works for. Empty: all chains of the deployment. */
  readonly chains: readonly string[];
  readonly listensTo: readonly string[];
  /** Puts messages into these queues. */
  readonly sendsTo: readonly string[];
  /** Reads depth and head of these queues. */
  readonly watches: readonly string[];
  /** Takes the messages that the host has given up out of these poison queues. */
  readonly clears: readonly string[];
  readonly listening: Stage['listening'];
}

const names = stages.map(({ name }) => name);
const others = (own: readonly string[]) => names.filter((name) => !own.includes(name));

/**
 * Starts what opens at once, raises events, and sends dead letters back to their queues. Its API reports the
 * depth of every queue.
 */
const intake: App = {
  ...{ name: intakeStage.app, listensTo: [DISPATCH_QUEUE], listening: intakeStage.listening, chains: [], clears: [] },
  ...{
    sendsTo: others([DISPATCH_QUEUE]),
    watches: others([DISPATCH_QUEUE]).flatMap((name) => [name, poisonQueueOf(name)]),
  },
};

/**
 * Opens what is due. Sends overdue work again, unless an older message still waits. Measures all queues, and
 * keeps what was given up.
 */
const aggregate: App = {
  ...{ name: aggregateStage.app, listensTo: [AGGREGATE_QUEUE], listening: aggregateStage.listening, chains: [] },
  ...{ sendsTo: others([AGGREGATE_QUEUE]), watches: others([AGGREGATE_QUEUE]) },
  clears: others([AGGREGATE_QUEUE]).map(poisonQueueOf),
};

/** Sends to the nodes that follow its own, and so to all queues of the chains that it works for. */
function workerOf({ name, listening, queues }: RegisteredApp): App {
  const listensTo = queues.map(({ queue }) => queue);
  const chains = new Set(queues.map(({ chain }) => chain));
  const ofChains = registry.queues.filter(({ chain }) => chains.has(chain)).map(({ queue }) => queue);
  const sendsTo = [DISPATCH_QUEUE, ...ofChains, AGGREGATE_QUEUE].filter((queue) => !listensTo.includes(queue));
  return { name, chains: [...chains], listening, listensTo, sendsTo, watches: [], clears: [] };
}

/**
 * What the deployment must know about the chains: `infra/chains.json`.
 * @param services what each app reads from its environment, and its own parts of the account
 * @throws Error for an app that doesn't declare this
 */
export function deploymentFacts(services: ReadonlyMap<string, ServiceSettings>) {
  return {
    chains: [...new Set(registry.chains.map(({ name }) => name))],
    queues: queuesOf(registry),
    // The tables of the runs. All apps use them.
    tables: Object.values(TABLES).sort(),
    apps: [intake, ...registry.apps.map(workerOf), aggregate].map((app) => {
      const { account, names: read } = serviceOf(services, app.name);
      return {
        name: app.name,
        chains: app.chains,
        queues: app.listensTo,
        consumes: [...app.listensTo, ...app.listensTo.map(poisonQueueOf), ...app.clears],
        sendsTo: app.sendsTo,
        watches: app.watches,
        ...account,
        reads: [...read].sort(),
        // The number of deliveries before the host gives a message up, and the number of messages of a queue
        // that an instance works on at once.
        maxDequeueCount: app.listening.maxDequeueCount,
        concurrentMessages: app.listening.batchSize + app.listening.newBatchThreshold,
      };
    }),
  };
}

function serviceOf(services: ReadonlyMap<string, ServiceSettings>, app: string): ServiceSettings {
  const found = services.get(app);
  if (found === undefined) throw new Error(`services/${app}/settings.config.ts is missing: it says what the app reads`);
  return found;
}
