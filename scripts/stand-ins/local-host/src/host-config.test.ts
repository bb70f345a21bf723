import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { parseHostConfig } from './host-config.ts';

const parse = (queues: object, rest: object = {}) =>
  parseHostConfig({ version: '2.0', extensions: { queues }, ...rest }, 'host.json');

describe('host.json', () => {
  it('has the official defaults (rules 2, 3, 4, 7 and 10)', () => {
    expect(parseHostConfig({ version: '2.0' }, 'host.json')).toEqual({
      functionTimeoutMs: 1_800_000,
      routePrefix: 'api',
      logLevel: 'Information',
      queues: {
        batchSize: 16,
        newBatchThreshold: 8 * availableParallelism(),
        maxPollingIntervalMs: 2_000,
        visibilityTimeoutMs: 0,
        maxDequeueCount: 5,
        messageEncoding: 'base64',
      },
    });
  });

  it('is read in the units of the official host', () => {
    const config = parse(
      { batchSize: 4, newBatchThreshold: 0, maxPollingInterval: '00:00:05', visibilityTimeout: '00:01:30' },
      { functionTimeout: '00:10:00', logging: { logLevel: { default: 'Debug' } } },
    );
    expect(config).toMatchObject({ functionTimeoutMs: 600_000, logLevel: 'Debug' });
    expect(config.queues).toMatchObject({
      batchSize: 4,
      newBatchThreshold: 0,
      maxPollingIntervalMs: 5_000,
      visibilityTimeoutMs: 90_000,
    });
  });

  it('may set no function timeout and another route prefix', () => {
    const http = { extensions: { http: { routePrefix: '/v1/' } }, functionTimeout: '-1' };
    expect(parseHostConfig({ version: '2.0', ...http }, 'host.json')).toMatchObject({
      functionTimeoutMs: undefined,
      routePrefix: 'v1',
    });
  });

  it('may have sections that this host does not know', () => {
    expect(() => parse({}, { extensionBundle: { id: 'x', version: '[4.0.0, 5.0.0)' }, aggregator: {} })).not.toThrow();
  });

  it.each([
    [{ batchSize: 33 }, 'extensions.queues.batchSize'],
    [{ batchSize: 0 }, 'extensions.queues.batchSize'],
    [{ maxDequeueCount: 0 }, 'extensions.queues.maxDequeueCount'],
    [{ maxPollingInterval: '00:00:00.05' }, 'must be at least 100 ms'],
    [{ maxPollingInterval: '2' }, 'is not a time span'],
    [{ messageEncoding: 'utf8' }, 'extensions.queues.messageEncoding'],
    [{ batchsize: 1 }, 'batchsize'],
  ])('is refused with %j, and the field is named', (queues, message) => {
    expect(() => parse(queues)).toThrow(message);
  });
});
