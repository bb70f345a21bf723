import {
  collectMessageSchema,
  dispatchMessageSchema,
  type Json,
  type StagePolicy,
  workMessageSchema,
} from '@tally/contracts';
import { z } from 'zod';
import { type Chain, type Stage, stagesOf } from './declaration.ts';

/** Every stage's queue bears the stage's name; the Functions host adds `-poison` to it for what it gives up. */
export function queueOf(stage: Stage): string {
  return stage.name;
}
export function poisonQueueOf(stage: Stage): string {
  return `${queueOf(stage)}-poison`;
}

type AnyChain = Pick<Chain<never, never, never>, 'name' | 'version' | 'dispatch' | 'work' | 'collect'>;

/** All queues of a chain, each followed by its poison queue. */
export function queuesOf(chain: AnyChain): string[] {
  return stagesOf(chain).flatMap((stage) => [queueOf(stage), poisonQueueOf(stage)]);
}

/** The schemas of the messages in the chain's queues. */
export function messageSchemasOf(chain: Pick<AnyChain, 'work'>) {
  return {
    dispatch: dispatchMessageSchema,
    work: workMessageSchema(chain.work.name),
    collect: collectMessageSchema(chain.work.name),
  };
}

/** What the core needs to know of the chain's work stage. */
export function policyOf<Item, Result, Folded>(chain: Chain<Item, Result, Folded>): StagePolicy<Item, Result, Folded> {
  const { empty, merge, schema, add } = chain.fold;
  const checked: typeof add = (...adding) => {
    const folded = add(...adding);
    // I6: what no ledger can hold is refused with the item that made it, and not at each commit of its shard.
    const encoded = z.safeEncode(schema, folded);
    if (!encoded.success) throw new RangeError(z.prettifyError(encoded.error));
    return folded;
  };
  return { fold: { empty, merge, add: checked }, retry: chain.retry, repair: chain.repair };
}

/**
 * The host.json of an app. All queue settings stand there explicitly: the host's defaults depend on the number of cores.
 */
export function hostJsonOf({ listening }: Pick<Stage, 'listening'>): Json {
  return {
    version: '2.0',
    functionTimeout: '00:10:00',
    logging: {
      logLevel: {
        default: 'Information',
        'Host.Results': 'Warning',
        Function: 'Information',
        // Each request of the listeners is two lines there: an idle app would fill the log with its looks at empty queues.
        'Azure.Core': 'Warning',
        'Azure.Core.1': 'Warning',
      },
    },
    extensionBundle: { id: 'Microsoft.Azure.Functions.ExtensionBundle', version: '[4.0.0, 5.0.0)' },
    extensions: {
      http: { routePrefix: 'api' },
      queues: {
        batchSize: listening.batchSize,
        newBatchThreshold: listening.newBatchThreshold,
        maxPollingInterval: timeSpan(listening.maxPollingIntervalMs),
        visibilityTimeout: timeSpan(listening.retryDelaySeconds * 1000),
        maxDequeueCount: listening.maxDequeueCount,
        messageEncoding: 'none',
      },
    },
  };
}

/** .NET's notation of a duration below a day, `hh:mm:ss`. */
function timeSpan(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
