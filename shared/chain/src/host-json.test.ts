import { describe, expect, it } from 'vitest';
import { OWN_LISTENING, USUAL_LISTENING } from './define/defaults.ts';
import { hostJsonOf } from './host-json.ts';

const all = Object.entries({ ...OWN_LISTENING, usual: USUAL_LISTENING });

describe('hostJsonOf', () => {
  it("sets every queue setting, since the host's defaults depend on the machine", () => {
    expect(hostJsonOf({ listening: USUAL_LISTENING })).toMatchObject({
      version: '2.0',
      functionTimeout: '00:10:00',
      extensions: {
        queues: {
          ...{ batchSize: 16, newBatchThreshold: 8, maxPollingInterval: '00:00:00.500' },
          ...{ visibilityTimeout: '00:00:10', maxDequeueCount: 5, messageEncoding: 'none' },
        },
      },
    });
  });

  it("writes durations in the host's format", () => {
    const listening = { ...USUAL_LISTENING, maxPollingIntervalMs: 90_000, retryDelaySeconds: 3_725 };
    expect(hostJsonOf({ listening })).toMatchObject({
      extensions: { queues: { maxPollingInterval: '00:01:30', visibilityTimeout: '01:02:05' } },
    });
  });

  it.each(all)("keeps the storage library's log of each request out of the log of %s", (_, listening) => {
    expect(hostJsonOf({ listening })).toMatchObject({
      logging: { logLevel: { 'Azure.Core': 'Warning', 'Azure.Core.1': 'Warning' } },
    });
  });

  it.each(all)("keeps %s within the host's limits", (_, listening) => {
    expect(listening.batchSize).toBeGreaterThanOrEqual(1);
    expect(listening.batchSize).toBeLessThanOrEqual(32);
    expect(listening.newBatchThreshold).toBeLessThanOrEqual(listening.batchSize);
    expect(listening.maxDequeueCount).toBeGreaterThanOrEqual(1);
    expect(listening.maxPollingIntervalMs).toBeGreaterThanOrEqual(100);
  });
});
