import { type RegisteredApp, registry } from '@tally/chains';
import { COLLECT_QUEUE, DISPATCH_QUEUE, poisonQueueOf } from '@tally/contracts';
import type { ServiceSettings } from '@tally/infra-checks';
import { aggregateStage, intakeStage, queuesOf, type Stage, stagesOf } from '@tally/run-steps';
import { TABLES } from '@tally/run-store';

const stages = stagesOf(registry);

/**
 * What an app does with queues. From its own it takes messages, from their poison queues too; what is named else is all that its identity may do (R13). Read off
 * the steps that each app takes: `shared/run-steps`.
 */
interface App {
  readonly name: string;
  /** The chains that it works for; empty: all, whichever a deployment has. */
  readonly chains: readonly string[];
  readonly listensTo: readonly string[];
  /** Puts messages into these queues. */
  readonly sendsTo: readonly string[];
  /** Looks at depth and head of these queues. */
  readonly watches: readonly string[];
  /** Takes what the host has given up out of these poison queues. */
  readonly clears: readonly string[];
  readonly listening: Stage['listening'];
}

const names = stages.map(({ name }) => name);
const others = (own: readonly string[]) => names.filter((name) => !own.includes(name));

/** Starts what opens at once, raises events, sends dead letters back to where they came from; its API tells the depth of every queue. */
const intake: App = {
  ...{ name: intakeStage.app, listensTo: [DISPATCH_QUEUE], listening: intakeStage.listening, chains: [], clears: [] },
  ...{
    sendsTo: others([DISPATCH_QUEUE]),
    watches: others([DISPATCH_QUEUE]).flatMap((name) => [name, poisonQueueOf(name)]),
  },
};

/** Opens what is due, sends what is overdue again unless an older message still waits, measures all queues, keeps what was given up. */
const aggregate: App = {
  ...{ name: aggregateStage.app, listensTo: [COLLECT_QUEUE], listening: aggregateStage.listening, chains: [] },
  ...{ sendsTo: others([COLLECT_QUEUE]), watches: others([COLLECT_QUEUE]) },
  clears: others([COLLECT_QUEUE]).map(poisonQueueOf),
};

/** Hands on to whatever stands behind its nodes: to all queues of the chains that it works for. */
function workerOf({ name, listening, queues }: RegisteredApp): App {
  const listensTo = queues.map(({ queue }) => queue);
  const chains = new Set(queues.map(({ chain }) => chain));
  const ofChains = registry.queues.filter(({ chain }) => chains.has(chain)).map(({ queue }) => queue);
  const sendsTo = [DISPATCH_QUEUE, ...ofChains, COLLECT_QUEUE].filter((queue) => !listensTo.includes(queue));
  return { name, chains: [...chains], listening, listensTo, sendsTo, watches: [], clears: [] };
}

/**
 * What the deployment has to know of the chains: `infra/chains.json`.
 * @param services what each app reads from its environment, and what of the account is its own
 * @throws Error for an app that doesn't say
 */
export function deploymentFacts(services: ReadonlyMap<string, ServiceSettings>) {
  return {
    chains: [...new Set(registry.chains.map(({ name }) => name))],
    queues: queuesOf(registry),
    // Of the runs: all apps use them.
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
        // Deliveries before the host gives a message up, and how many messages of a queue an instance works on at once.
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
