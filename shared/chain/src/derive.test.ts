import { encodeWorkMessage, type WorkMessage } from '@tally/contracts';
import { describe, expect, it } from 'vitest';
import { type Stage, stagesOf } from './declaration.ts';
import { hostJsonOf, messageSchemasOf, poisonQueueOf, policyOf, queueOf, queuesOf } from './derive.ts';
import { faceHappiness } from './face-happiness.ts';
import { pictureOf } from './picture.ts';

const stages = stagesOf(faceHappiness);
const head = { v: 1, runId: 'run', gen: 'm1x2' } as const;
const work: WorkMessage<string> = {
  ...head,
  ...{ stage: 'detect', shard: 2, epoch: 3, chunk: 17, tok: 'aB3_-.1', etag: 'W/"datetime\'2026\'"', attempt: 1 },
  items: [{ index: 40, input: 'https://photos.example/%C3%A4%20b.jpg' }],
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
};

describe('queue names', () => {
  it('bear the names of the stages, each with the poison queue that the host fills', () => {
    expect(queuesOf(faceHappiness)).toEqual([
      ...['intake', 'intake-poison', 'detect', 'detect-poison', 'aggregate', 'aggregate-poison'],
    ]);
  });

  it('are such as Storage takes: 3 to 63 lower-case letters, digits and single hyphens', () => {
    for (const name of queuesOf(faceHappiness)) {
      expect(name).toMatch(/^[a-z0-9](?:-?[a-z0-9])*$/);
      expect(name.length).toBeGreaterThanOrEqual(3);
      expect(name.length).toBeLessThanOrEqual(63);
    }
  });

  it('are all different', () => {
    const names = queuesOf(faceHappiness);
    expect(new Set(names).size).toBe(names.length);
    for (const stage of stages) expect(poisonQueueOf(stage)).toBe(`${queueOf(stage)}-poison`);
  });
});

describe('hostJsonOf', () => {
  it('says every queue setting, for the host’s own defaults depend on the machine', () => {
    expect(hostJsonOf(faceHappiness.work)).toMatchObject({
      version: '2.0',
      functionTimeout: '00:10:00',
      extensions: {
        queues: {
          ...{ batchSize: 16, newBatchThreshold: 8, maxPollingInterval: '00:00:02' },
          ...{ visibilityTimeout: '00:00:10', maxDequeueCount: 5, messageEncoding: 'none' },
        },
      },
    });
  });

  it('writes durations as the host reads them', () => {
    const listening = { ...faceHappiness.work.listening, maxPollingIntervalMs: 90_000, retryDelaySeconds: 3_725 };
    const slow: Stage = { ...faceHappiness.work, listening };
    expect(hostJsonOf(slow)).toMatchObject({
      extensions: { queues: { maxPollingInterval: '00:01:30', visibilityTimeout: '01:02:05' } },
    });
  });

  it.each(stages)('keeps $name within what the host allows', ({ listening }) => {
    expect(listening.batchSize).toBeGreaterThanOrEqual(1);
    expect(listening.batchSize).toBeLessThanOrEqual(32);
    expect(listening.newBatchThreshold).toBeLessThanOrEqual(listening.batchSize);
    expect(listening.maxDequeueCount).toBeGreaterThanOrEqual(1);
    expect(listening.maxPollingIntervalMs).toBeGreaterThanOrEqual(100);
  });
});

describe('messages', () => {
  const schemas = messageSchemasOf(faceHappiness);

  it('of work survive the way through the queue', () => {
    expect(schemas.work.parse(JSON.parse(encodeWorkMessage('url', work)))).toEqual(work);
    const { etag: _, traceparent: __, ...bare } = work;
    expect(schemas.work.parse(JSON.parse(encodeWorkMessage('url', bare)))).toEqual(bare);
  });

  it('of work name the images, so that a person who peeks at the queue sees them', () => {
    expect(JSON.parse(encodeWorkMessage('url', work))).toMatchObject({
      items: [{ index: 40, url: work.items[0]?.input }],
    });
  });

  it('never use a name that the host overwrites with the metadata of the message', () => {
    const names = (value: unknown): string[] =>
      typeof value !== 'object' || value === null
        ? []
        : Object.entries(value).flatMap(([name, inner]) => [...(Array.isArray(value) ? [] : [name]), ...names(inner)]);
    const used = names(JSON.parse(encodeWorkMessage('url', work)));
    for (const reserved of ['id', 'dequeueCount', 'popReceipt']) {
      expect(used).not.toContain(reserved);
      expect(schemas.work.safeParse({ ...JSON.parse(encodeWorkMessage('url', work)), [reserved]: 'x' }).success).toBe(
        false,
      );
      expect(schemas.dispatch.safeParse({ ...head, epoch: 1, tok: 't', [reserved]: 'x' }).success).toBe(false);
      expect(schemas.collect.safeParse({ ...head, event: 'Approval', [reserved]: 'x' }).success).toBe(false);
    }
  });

  it('of dispatch and collect are what their stages take', () => {
    expect(schemas.dispatch.safeParse({ ...head, epoch: 1, tok: 't', shards: [0, 3] }).success).toBe(true);
    expect(schemas.collect.safeParse({ ...head, stage: 'detect', shard: 0, epoch: 1 }).success).toBe(true);
    expect(schemas.collect.safeParse({ ...head, event: 'Approval' }).success).toBe(true);
  });

  it.each([
    ['another version', { ...work, v: 2 }],
    ['no item', { ...work, items: [] }],
    ['an item without URL', { ...work, items: [{ index: 1 }] }],
    ['an item that is no web address', { ...work, items: [{ index: 1, url: 'ftp://photos.example/a.jpg' }] }],
    ['attempt 0', { ...work, attempt: 0 }],
    ['a property that nobody knows', { ...work, colour: 'red' }],
  ])('of work are refused with %s', (_, message) => {
    expect(schemas.work.safeParse(message).success).toBe(false);
  });

  it('say which item’s address is wrong', () => {
    const wrong = { ...work, items: [{ index: 1, url: 'x' }] };
    expect(schemas.work.safeParse(wrong).error?.issues[0]).toMatchObject({ path: ['items', 0, 'url'] });
  });
});

it('the core sees fold, retries and repairs of a chain, and nothing else of it', () => {
  const { fold, retry, repair } = faceHappiness;
  expect(policyOf(faceHappiness)).toEqual({ fold, retry, repair });
});

it('the picture shows every stage and every queue that messages pass', () => {
  const picture = pictureOf(faceHappiness);
  expect(picture.startsWith('flowchart LR\n')).toBe(true);
  for (const stage of stages) expect(picture).toContain(`queue ${queueOf(stage)}"`);
  expect(picture).toContain(poisonQueueOf(faceHappiness.work));
});
