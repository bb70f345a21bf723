import { expect, test } from 'vitest';
import * as z from 'zod';
import { defineChain } from '../define/index.ts';
import { laneOf, lanesOf } from './lanes.ts';
import { workedNodesOf } from './nodes.ts';

const ok = z.object({ ok: z.literal(true) });
const head = { name: 'a', version: 1, app: 'app', input: z.object({ n: z.number() }) } as const;
const each = { item: z.number(), items: () => [1], result: ok, sizing: { spread: 4 } } as const;
const { definition } = defineChain(head)
  .task('one', { result: ok })
  .map('many', { after: ['one'], ...each })
  .output(() => null);

test('a map has a queue for small runs beside its main queue; a task has one queue', () => {
  expect(workedNodesOf(definition).map(lanesOf)).toEqual([['a-one'], ['a-many', 'a-many-small']]);
});

test.each([
  [1, 'a-many-small'],
  [4, 'a-many-small'],
  [5, 'a-many'],
  [200_000, 'a-many'],
])('a chunk of a run of %i items in four chunks uses %s', (total, lane) => {
  const map = definition.nodes.find((node) => node.kind === 'map');
  if (map === undefined) throw new Error('the chain has a map');
  expect(laneOf(map, { total })).toBe(lane);
});

test('no other node may use the queue of small runs, and its name fits the limit', () => {
  const chain = () =>
    defineChain(head)
      .map('many', each)
      .task('many-small', { result: ok })
      .output(() => null);
  expect(chain).toThrow('node "many" has the queue "a-many-small" already');
  const named = (queue: string) => () =>
    defineChain(head)
      .map('many', { ...each, queue })
      .output(() => null);
  expect(named('q'.repeat(50))).not.toThrow();
  expect(named('q'.repeat(51))).toThrow('3 to 50 characters');
});
