import { expect, test } from 'vitest';
import type { SystemLook } from '../../data/system.ts';
import { troubleCount, troublesOf } from './troubles.ts';

type Stage = SystemLook['activity']['stages'][number];

const stage = (name: string, numbers: Partial<Stage> = {}): Stage => ({
  ...{ name, app: `${name}-app`, does: '', queue: name, depth: 0, visible: 0, hidden: 0, oldestVisibleTime: null },
  ...{ poisonQueue: `${name}-poison`, poison: 0, workers: 1, deadLetters: 0 },
  ...numbers,
});
const quiet: SystemLook['activity'] = {
  ...{ runs: 1, isWhole: true, recent: 0, nodes: [], hops: [], stuck: [] },
  stages: [stage('a'), stage('b')],
};
/** Polls of the queue `a`. @param depths its messages, all of them visible unless stated otherwise */
const looks = (...depths: readonly (number | { readonly depth: number; readonly visible: number })[]) =>
  depths.map((depth) => ({ a: typeof depth === 'number' ? { depth, visible: depth } : depth }));
const lookOf = (activity: Partial<SystemLook['activity']>, queues: SystemLook['queues'] = []): SystemLook => ({
  ...{ activity: { ...quiet, ...activity }, etag: null, queues },
});
const titles = (...of: Parameters<typeof lookOf>) => troublesOf(lookOf(...of)).map(({ title }) => title);

test('a healthy system has no troubles', () => {
  expect(titles({})).toEqual([]);
  expect(titles({}, looks(5, 900, 3, 40))).toEqual([]);
  expect(troubleCount(lookOf({}))).toBe(0);
  expect(troubleCount(lookOf({ stages: [stage('a', { deadLetters: 3 })] }))).toBe(3);
});

test('stuck runs are shown with their evidence', () => {
  const since = '2026-01-01T00:00:00.000Z';
  const stuck = [
    { runId: 'r/1', chain: 'c', node: 'n', code: 'SentAgain' as const, message: 'sent again 3 times', since },
  ];
  const [found] = troublesOf(lookOf({ stuck }));
  expect(found).toMatchObject({ evidence: 'c, node n: sent again 3 times (SentAgain)', since, href: '#/runs/r%2F1' });
});

test('poison leads to the dead letters of its stage', () => {
  const [found] = troublesOf(lookOf({ stages: [stage('a', { poison: 2 })] }));
  expect(found).toMatchObject({ title: '2 messages in a-poison', href: '#/trouble?stage=a', tone: 'bad' });
});

test('a queue that no worker takes from is shown after a third look', () => {
  const stages = [stage('a', { workers: 0, depth: 3, visible: 3 }), stage('b', { workers: 0 })];
  expect(titles({ stages }, looks(3, 3))).toEqual([]);
  expect(titles({ stages }, looks(3, 3, 3))).toEqual(['No process of a-app has been seen lately']);
});

test('messages that wait for their time need no person', () => {
  const hidden = { depth: 3, visible: 0 };
  const stages = [stage('a', { workers: 0, depth: 3, hidden: 3 })];
  expect(titles({ stages }, looks(hidden, hidden, hidden))).toEqual([]);
});

test('a queue that only grows is shown', () => {
  const stages = [stage('a', { depth: 30, visible: 30 })];
  expect(titles({ stages }, looks(1, 9, 20, 30))).toEqual(['The queue a grows']);
  expect(titles({ stages }, looks(1, 2, 3, 4))).toEqual([]);
});
