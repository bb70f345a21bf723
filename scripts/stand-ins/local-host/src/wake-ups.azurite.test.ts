import { type Azurite, startAzurite } from '@tally/azurite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { QueueFunction } from './function-registry.ts';
import { parseHostConfig } from './host-config.ts';
import type { Outcome } from './invocation.ts';
import { createLog } from './log.ts';
import { QueueListener, type QueueListenerOptions } from './queue-listener.ts';
import { StorageConnection } from './storage-connection.ts';
import { WakeUps } from './wake-ups.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite({ inMemory: true });
});
afterAll(() => azurite.stop());

it("a poison copy wakes the poison queue's listener from any wait (rule 6)", async () => {
  const log = createLog({ app: 'test', format: 'text', minimum: 'none', print: () => undefined });
  const connection = new StorageConnection('Storage', { Storage: azurite.connectionString }, 40_000, log);
  const queues = { messageEncoding: 'none', maxDequeueCount: 1 };
  const { queues: config } = parseHostConfig({ version: '2.0', extensions: { queues } }, 'host.json');
  const wakeUps = new WakeUps();
  const poison = connection.queue('work-poison');
  const common = { config, leaseMs: 600_000, wakeUps, log, onFatal: () => undefined };

  const work = new QueueListener({
    ...common,
    fn: queueFunction('work'),
    queue: connection.queue('work'),
    poisonQueue: poison,
    invoker: { invoke: () => Promise.resolve({ ok: false, error: new Error('told to fail') }) },
  });
  const waiting = Promise.withResolvers<void>();
  const called = Promise.withResolvers<string>();
  const poisonOptions: QueueListenerOptions = {
    ...common,
    fn: queueFunction('work-poison'),
    queue: poison,
    poisonQueue: undefined,
    // The first empty poll is followed by a wait of 25 days.
    backoff: {
      nextMs: () => {
        waiting.resolve();
        return 2 ** 31 - 1;
      },
      reset: () => undefined,
    },
    invoker: {
      invoke: (_, { data }): Promise<Outcome> => {
        called.resolve('string' in data ? data.string : '');
        return Promise.resolve({ ok: true, returnValue: undefined });
      },
    },
  };
  const poisonListener = new QueueListener(poisonOptions);
  poisonListener.start();
  await waiting.promise;
  work.start();
  await connection.queue('work').send('a message');
  expect(await called.promise).toBe('a message');
  await Promise.all([work.stop(), poisonListener.stop()]);
});

function queueFunction(queueName: string): QueueFunction {
  const trigger = { type: 'queueTrigger', queueName, connection: 'Storage', dataType: undefined } as const;
  return { name: queueName, trigger };
}
