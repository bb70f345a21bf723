import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { defineChain, InvalidChainError } from './index.ts';

const ok = z.object({ ok: z.literal(true) });
const head = { name: 'limits', version: 1, app: 'limits', input: z.object({ n: z.number() }) } as const;
const one = defineChain(head).task('one', { result: ok });
const done = () => null;

// What JavaScript can do despite the types.
// @ts-expect-error a name that is taken
const taken = () => one.task('one', { result: ok }).output(done);
// @ts-expect-error a name that callbacks need
const reserved = () => one.task('verdict', { result: ok }).output(done);
// @ts-expect-error an unknown name
const unknown = () => one.task('two', { after: ['three'], result: ok }).output(done);
// @ts-expect-error a node that names itself
const itself = () => one.task('two', { after: ['two'], result: ok }).output(done);

describe('a declaration', () => {
  it.each<[string, () => unknown, string]>([
    [
      'a chain name',
      () =>
        defineChain({ ...head, name: 'Limits' })
          .task('a', { result: ok })
          .output(done),
      'chain "Limits": a chain\'s name fits',
    ],
    [
      'a version',
      () =>
        defineChain({ ...head, version: 1.5 })
          .task('a', { result: ok })
          .output(done),
      'a whole number from 1',
    ],
    ['no node', () => defineChain(head).output(done), 'at least one node'],
    ['a node name', () => one.task('sendMail', { result: ok }).output(done), 'node "sendMail": a node\'s name fits'],
    ['a long node name', () => one.task('a'.repeat(41), { result: ok }).output(done), 'name fits'],
    ['a taken name', taken, 'node "one": the name is taken'],
    ['a reserved name', reserved, 'node "verdict": the name is taken'],
    ['an unknown node', unknown, 'node "two": after: no node "three" is declared before it'],
    ['itself', itself, 'no node "two" is declared before it'],
    ['a node twice', () => one.task('two', { after: ['one', 'one'], result: ok }).output(done), 'named twice'],
    ['a queue name', () => one.task('two', { queue: 'a--b', result: ok }).output(done), 'and "a--b" doesn\'t'],
    ['a short queue name', () => one.task('two', { queue: 'ab', result: ok }).output(done), '3 to 56 characters'],
    [
      'a queue whose poison queue has too long a name',
      () => one.task('two', { queue: 'q'.repeat(57), result: ok }).output(done),
      '3 to 56 characters',
    ],
    [
      'a queue of two nodes',
      () => one.task('two', { queue: 'limits-one', result: ok }).output(done),
      'node "two": node "one" has the queue',
    ],
    ['an app name', () => one.task('two', { app: 'Two', result: ok }).output(done), 'and "Two" doesn\'t'],
    [
      'an app that listens to nothing',
      () =>
        defineChain({ ...head, listening: { other: { batchSize: 1 } } })
          .task('a', { result: ok })
          .output(done),
      'no node belongs to the app "other"',
    ],
    ['an event name', () => one.wait('two', { event: 'a/b', payload: ok }).output(done), 'name of an event fits'],
    [
      'an event at two waits',
      () => one.wait('two', { event: 'Go', payload: ok }).wait('three', { event: 'GO', payload: ok }).output(done),
      'node "three": node "two" waits for the event "GO" already',
    ],
    [
      'a long time-out',
      () => one.task('two', { timeout: '10m', result: ok }).output(done),
      'node "two": timeout is at most 9 minutes',
    ],
    [
      'a long time-out of a closing node',
      () => one.always('two', { timeout: '541s', result: ok }).output(done),
      'at most 9 minutes',
    ],
    ['no time', () => one.task('two', { timeout: '0s', result: ok }).output(done), 'timeout, in milliseconds, is 1 to'],
    [
      'no time of it all',
      () => one.task('two', { within: '0s', result: ok }).output(done),
      'within, in milliseconds, is 1 to',
    ],
    [
      'a duration that the type lets pass',
      () => one.task('two', { within: '-1s', result: ok }).output(done),
      'node "two": within: "-1s" is no duration',
    ],
    [
      'no attempt',
      () => one.task('two', { retry: { attempts: 0, first: '1s' }, result: ok }).output(done),
      'attempts is 1 to 100',
    ],
    [
      'a pause longer than the longest',
      () => one.task('two', { retry: { attempts: 2, first: '2s', max: '1s' }, result: ok }).output(done),
      'the longest pause, in milliseconds, is 2000 to',
    ],
    [
      'a wait of years',
      () => one.wait('two', { event: 'E', payload: ok, timeout: '400d' }).output(done),
      'timeout, in milliseconds, is 0 to',
    ],
    ['a sleep of years', () => one.sleep('two', { for: '400d' }).output(done), 'for, in milliseconds, is 0 to'],
    [
      'a window of half an item',
      () => one.map('two', { item: ok, items: () => [], result: ok, window: 0.5 }).output(done),
      'window is a whole number',
    ],
    [
      'no items',
      () => one.map('two', { item: ok, items: () => [], result: ok, maxItems: 0 }).output(done),
      'maxItems is 1 to',
    ],
    [
      'a sizing',
      () => one.map('two', { item: ok, items: () => [], result: ok, sizing: { maxShards: 0 } }).output(done),
      'sizing: maxShards is 1 to',
    ],
    [
      "a large run's sizing",
      () => {
        const sizing = { large: { items: 50_000, chunkItems: 0.5 } };
        return one.map('two', { item: ok, items: () => [], result: ok, sizing }).output(done);
      },
      'sizing: large: chunkItems is a whole number',
    ],
    [
      'a tolerance of half an item',
      () => one.map('two', { item: ok, items: () => [], result: ok, tolerate: { count: 0.5 } }).output(done),
      'tolerate: count is a whole number',
    ],
    [
      'a tolerance',
      () => one.map('two', { item: ok, items: () => [], result: ok, tolerate: { percentage: 101 } }).output(done),
      'percentage is 0 to 100, and not 101',
    ],
  ])('is refused: %s', (_, declare, words) => {
    expect(declare).toThrow(InvalidChainError);
    expect(declare).toThrow(words);
  });

  it('has at most 32 nodes, including closing ones', () => {
    const of = (count: number) =>
      Array.from({ length: count - 1 }, (_, place) => `n${place}`)
        .reduce((chain, name) => chain.task(name, { result: ok }), defineChain(head).task('first', { result: ok }))
        .always('last', { result: ok });
    expect(of(31).output(done).definition.nodes).toHaveLength(31);
    expect(() => of(32).output(done)).toThrow('at most 32 nodes, and this one has 33');
  });

  it('is refused if a time-out given at run time is not a duration', () => {
    const { definition } = one.wait('w', { event: 'E', payload: ok, timeout: () => '1e9d' }).output(done);
    const wait = definition.nodes[1];
    if (wait?.kind !== 'wait' || wait.until.type !== 'event' || typeof wait.until.timeoutMs !== 'function') {
      throw new Error('no such wait');
    }
    const { timeoutMs } = wait.until;
    expect(() => timeoutMs({ run: { id: 'r', input: null, startedAt: '' } })).toThrow(
      'node "w": timeout: "1e9d" is no',
    );
  });
});
