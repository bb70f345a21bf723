import type { ActivityBody } from '@tally/api';
import { expect, test } from 'vitest';
import { numbersOf } from './node-numbers.ts';

type Stage = ActivityBody['stages'][number];
const stage = (queue: string, numbers: Partial<Stage> = {}): Stage => ({
  ...{ name: queue, app: 'app', does: '', queue, depth: 0, visible: 0, hidden: 0, oldestVisibleTime: null },
  ...{ poisonQueue: `${queue}-poison`, poison: 0, workers: 0, deadLetters: 0 },
  ...numbers,
});
const node = {
  ...{ chain: 'c', node: 'n', atWork: 9, delayed: 2, waiting: 0, done: 5, failed: 1 },
  rate: 3,
  items: null,
};

test('a map has the numbers of both its queues, and scheduled messages are not in work', () => {
  const stages = [
    stage('n', { visible: 4, hidden: 3, workers: 2, poison: 1 }),
    stage('n-small', { hidden: 1, workers: 1, deadLetters: 2 }),
    stage('other', { visible: 100, poison: 100 }),
  ];
  const numbers = numbersOf('c', { name: 'n', queue: 'n', smallQueue: 'n-small' }, { stages, nodes: [node] });
  expect(numbers).toMatchObject({ queued: 4, inWork: 2, delayed: 2, workers: 2, given: 3, stage: 'n' });
  expect(numbers).toMatchObject({ done: 5, failed: 1, rate: 3 });
});

test('a node without a queue has no workers, and its work is counted in runs', () => {
  const numbers = numbersOf('c', { name: 'n' }, { stages: [stage('n')], nodes: [node] });
  expect(numbers).toMatchObject({ queued: 0, inWork: 9, workers: null, given: 0 });
  expect(numbersOf('c', { name: 'unseen' }, undefined)).toMatchObject({ done: 0, items: null });
});
