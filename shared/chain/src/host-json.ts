import type { Json } from '@tally/contracts';
import type { QueueListening } from './listening.ts';

/**
 * The host.json of an app. It states all queue settings, because the host's defaults depend on the number of
 * cores.
 */
export function hostJsonOf({ listening }: { readonly listening: QueueListening }): Json {
  return {
    version: '2.0',
    functionTimeout: '00:10:00',
    logging: {
      logLevel: {
        default: 'Information',
        'Host.Results': 'Warning',
        Function: 'Information',
        // These log two lines for each request of the listeners. An idle app would fill the log by polling
        // empty queues.
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

/** .NET's notation for a duration below one day, `hh:mm:ss`, with milliseconds if there are any. */
function timeSpan(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23).replace('.000', '');
}
