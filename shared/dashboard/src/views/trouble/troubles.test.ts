import { expect, test } from 'vitest';
import type { SystemLook } from '../../data/system.ts';
import { troubleCount, troublesOf } from './troubles.ts';

const stage = (name: string, numbers: Partial<SystemLook['stages'][number]> = {}) => ({
  ...{
    name,
    app: `${name}-app`,
    does: '',
    queue: name,
    depth: 0,
    poisonQueue: `${name}-poison`,
    poison: 0,
    workers: 1,
  },
  ...numbers,
});
const quiet: SystemLook = {
  ...{ stages: [stage('a'), stage('b')], letters: [], hasMoreLetters: false, unreadable: [], depths: [] },
  activity: { runs: 1, isWhole: true, nodes: [], stuck: [] },
};
const titles = (look: Partial<SystemLook>) => troublesOf({ ...quiet, ...look }).map(({ title }) => title);

test('there is none where all is well', () => {
  expect(titles({})).toEqual([]);
  expect(titles({ depths: [{ a: 5 }, { a: 900 }, { a: 3 }, { a: 40 }] })).toEqual([]);
  expect(troubleCount(quiet)).toBe(0);
});

test('stuck runs are told with their evidence', () => {
  const since = '2026-01-01T00:00:00.000Z';
  const stuck = [
    { runId: 'r/1', chain: 'c', node: 'n', code: 'SentAgain' as const, message: 'sent again 3 times', since },
  ];
  const [found] = troublesOf({ ...quiet, activity: { ...quiet.activity, stuck } });
  expect(found).toMatchObject({ evidence: 'c, node n: sent again 3 times (SentAgain)', since, href: '#/runs/r%2F1' });
});

test('poison leads to the dead letters of its stage', () => {
  const [found] = troublesOf({ ...quiet, stages: [stage('a', { poison: 2 })] });
  expect(found).toMatchObject({ title: '2 messages in a-poison', href: '#/trouble?stage=a', tone: 'bad' });
});

test('a queue that nobody takes from is told after a third look', () => {
  const stages = [stage('a', { workers: 0, depth: 3 }), stage('b', { workers: 0 })];
  expect(titles({ stages, depths: [{ a: 3, b: 0 }, { a: 3 }] })).toEqual([]);
  expect(titles({ stages, depths: [{ a: 3 }, { a: 3 }, { a: 3 }] })).toEqual([
    'No process of a-app has been seen lately',
  ]);
});

test('a queue that only grows is told', () => {
  expect(titles({ depths: [{ a: 1 }, { a: 9 }, { a: 20 }, { a: 30 }] })).toEqual(['The queue a grows']);
  expect(titles({ depths: [{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }] })).toEqual([]);
});
