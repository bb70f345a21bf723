import { NOTE_MAX_CHARS, type WorkMessage } from '@tally/contracts';
import { describe, expect, it } from 'vitest';
import { type Stage, stagesOf } from './declaration.ts';
import { hostJsonOf, messageSchemasOf, poisonQueueOf, policyOf, queueOf, queuesOf } from './derive.ts';
import { faceHappiness } from './face-happiness.ts';
import { pictureOf } from './picture.ts';

const stages = stagesOf(faceHappiness);
const head = { v: 2, runId: 'run', gen: 'm1x2' } as const;
const work: WorkMessage = {
  ...head,
  ...{ stage: 'detect', shard: 2, epoch: 3, chunk: 17, tok: 'aB3_-.1', attempt: 1, items: [40, 41], note: '2 items' },
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

  it.each(stages)('keeps what the storage library says of each request out of the log of $name', (stage) => {
    expect(hostJsonOf(stage)).toMatchObject({
      logging: { logLevel: { 'Azure.Core': 'Warning', 'Azure.Core.1': 'Warning' } },
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

  it('of work point at a chunk, or at some of its items', () => {
    expect(schemas.work.parse(work)).toEqual(work);
    const { items: _, note: __, traceparent: ___, ...bare } = work;
    expect(schemas.work.parse(bare)).toEqual(bare);
  });

  it('never use a name that the host overwrites with the metadata of the message', () => {
    for (const reserved of ['id', 'dequeueCount', 'popReceipt']) {
      expect(Object.keys(work)).not.toContain(reserved);
      expect(schemas.work.safeParse({ ...work, [reserved]: 'x' }).success).toBe(false);
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
    ['another version', { ...work, v: 1 }],
    ['another stage', { ...work, stage: 'aggregate' }],
    ['a chunk below zero', { ...work, chunk: -1 }],
    ['half a shard', { ...work, shard: 0.5 }],
    ['no item', { ...work, items: [] }],
    ['an item twice', { ...work, items: [3, 4, 3] }],
    ['more items than a chunk holds', { ...work, items: Array.from({ length: 101 }, (_, index) => index) }],
    ['items instead of their numbers', { ...work, items: [{ index: 40, url: 'https://photos.example/a.jpg' }] }],
    ['attempt 0', { ...work, attempt: 0 }],
    ['a note that is no note', { ...work, note: 'x'.repeat(NOTE_MAX_CHARS + 1) }],
    ['a property that nobody knows', { ...work, colour: 'red' }],
    ['a prototype', JSON.parse(JSON.stringify(work).replace('{', '{"__proto__":{"chunk":3},'))],
  ])('of work are refused with %s', (_, message) => {
    expect(schemas.work.safeParse(message).success).toBe(false);
  });

  it('of dispatch and collect are refused with a stage or a shard that the chain can not have', () => {
    const dispatch = { ...head, epoch: 1, tok: 't' };
    expect(schemas.dispatch.safeParse({ ...dispatch, shards: [1, 1] }).success).toBe(false);
    expect(schemas.dispatch.safeParse({ ...dispatch, shards: [-1] }).success).toBe(false);
    const shards = Array.from({ length: 65 }, (_, shard) => shard);
    expect(schemas.dispatch.safeParse({ ...dispatch, shards }).success).toBe(false);
    expect(schemas.collect.safeParse({ ...head, stage: 'intake', shard: 0, epoch: 1 }).success).toBe(false);
  });

  it('of an older version are refused in words that say so', () => {
    const parsed = schemas.work.safeParse({ ...work, v: 1 });
    expect(parsed.error?.issues[0]?.message).toContain('messages of version 2');
  });
});

it('the core sees fold, retries and repairs of a chain, and nothing else of it', () => {
  const { fold, retry, repair } = faceHappiness;
  const { fold: told, ...rest } = policyOf(faceHappiness);
  expect(rest).toEqual({ retry, repair });
  expect(Object.keys(told).sort()).toEqual(['add', 'empty', 'merge']);
  expect([told.empty, told.merge]).toEqual([fold.empty, fold.merge]);
});

it('the picture shows every stage and every queue that messages pass', () => {
  const picture = pictureOf(faceHappiness);
  expect(picture.startsWith('flowchart LR\n')).toBe(true);
  for (const stage of stages) expect(picture).toContain(`queue ${queueOf(stage)}"`);
  expect(picture).toContain(poisonQueueOf(faceHappiness.work));
});
