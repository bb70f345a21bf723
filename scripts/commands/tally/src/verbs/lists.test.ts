import { expect, test } from 'vitest';
import { foundItem } from '../api-bodies.fixture.ts';
import { localTime } from '../local-time.ts';
import { takeUpTo } from '../take-up-to.ts';
import { renderChain } from './chain.ts';
import { renderChains } from './chains.ts';
import { renderDeadLetters } from './dead-letters.ts';
import { renderItems } from './items.ts';
import { renderRuns } from './list.ts';

const at = '2026-11-23T09:44:35Z';

async function* numbers(count: number) {
  for (let value = 0; value < count; value += 1) yield value;
}

test('a list is cut at the limit asked for, and only then says that there is more', async () => {
  expect(await takeUpTo(numbers(3), 3)).toEqual({ values: [0, 1, 2], isAll: true });
  expect(await takeUpTo(numbers(4), 3)).toEqual({ values: [0, 1, 2], isAll: false });
});

test('runs are a line each; counts are shown at the end', () => {
  const run = {
    name: 'face-happiness',
    input: null,
    customStatus: null,
    output: null,
    createdTime: at,
    lastUpdatedTime: at,
    chainVersion: 1,
  };
  const counts = { total: 6, pending: 0, inFlight: 0, succeeded: 5, failed: 1, aborted: 0 };
  const values = [
    { ...run, instanceId: 'new', runtimeStatus: 'Running' as const },
    { ...run, instanceId: 'holiday', runtimeStatus: 'Completed' as const, counts },
  ];
  const time = localTime(at);
  expect(renderRuns({ values, isAll: false })).toBe(
    [
      'RUN      STATUS     ITEMS  FAILED  CREATED              UPDATED',
      `new      Running                   ${time}  ${time}`,
      `holiday  Completed      6       1  ${time}  ${time}`,
      '',
      'The first 2; there are more: --top <n>',
    ].join('\n'),
  );
  expect(renderRuns({ values: [], isAll: true })).toBe('No run matches.');
});

test('items are a line each, with faces or an error code, whose full message is on the next line', () => {
  const message = `The proxy refused the connection${', as it did before'.repeat(9)}.\nDecoding error.`;
  const error = { code: 'InvalidImage', message };
  const failed = { index: 1, url: 'https://a.example/1.jpg', status: 'failed' as const, error, durationMs: 1 };
  expect(renderItems({ values: [foundItem(0, 0.5), failed], isAll: true })).toBe(
    [
      'ITEM  STATUS     RESULT                    IMAGE',
      '   0  succeeded  1 face    happiness 0.50  https://a.example/0.jpg',
      '   1  failed     InvalidImage              https://a.example/1.jpg',
      `      ${message.replace('\n', ' ')}`,
    ].join('\n'),
  );
});

test('items of other chains are shown as they are', () => {
  const items = [
    { index: 0, item: { page: 1 }, status: 'succeeded', result: { words: 2 }, durationMs: 1 },
    { index: 1, item: 'x', status: null },
  ] as const;
  expect(renderItems({ values: items, isAll: true })).toBe(
    [
      'ITEM  STATUS     RESULT       OF',
      '   0  succeeded  {"words":2}  {"page":1}',
      '   1  pending    no result    x',
    ].join('\n'),
  );
});

test('a dead letter with unknown fields says so', () => {
  const letter = {
    id: 'x1',
    stage: 'detect',
    time: at,
    sourceQueue: 'detect',
    body: '?',
    reason: 'no message',
    dequeueCount: 1,
  };
  expect(renderDeadLetters({ values: [{ ...letter, runId: null, items: null }], isAll: true })).toBe(
    [
      'DEAD LETTER  STAGE   TIME                 RUN        ITEMS      REASON',
      `x1           detect  ${localTime(at)}  not known  not known  no message`,
    ].join('\n'),
  );
});

test('the queues show their messages', () => {
  const stage = {
    name: 'detect',
    app: 'eyes',
    does: 'finds faces',
    queue: 'detect',
    depth: 12,
    poisonQueue: 'detect-poison',
    poison: 0,
    workers: 2,
  };
  expect(renderChain({ name: 'face-happiness', version: 1, stages: [stage] })).toBe(
    ['QUEUE   APP   WAITING  POISON  WORKERS  DOES', 'detect  eyes       12       0        2  finds faces'].join('\n'),
  );
});

test('chains are a line for each version', () => {
  const node = { kind: 'task' as const, after: [], isConditional: false, onFailure: 'fail' as const };
  const version = {
    fingerprint: 'f',
    body: {},
    picture: '',
    nodes: [
      { ...node, name: 'save' },
      { ...node, name: 'mail' },
    ],
  };
  const versions = [
    { ...version, version: 2 },
    { ...version, version: 1 },
  ];
  expect(renderChains([{ name: 'orders', isDefault: true, versions }])).toBe(
    [
      'CHAIN             VERSION  NODES  WHAT HAPPENS',
      'orders (default)        2      2  save, mail',
      'orders                  1      2  save, mail',
    ].join('\n'),
  );
});
