import { defineChain, InvalidChainError } from '@tally/chain';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { registry } from './registered.ts';
import { registryOf } from './registry.ts';

const ok = z.object({ ok: z.literal(true) });
const head = { name: 'a', version: 1, app: 'app', input: z.object({ n: z.number() }) } as const;
const begun = (name: string, version = 1, app = 'app') => defineChain({ ...head, name, version, app });
const chainOf = (name: string, version = 1, app = 'app') =>
  begun(name, version, app)
    .task('one', { result: ok })
    .output(() => null);

describe('registryOf', () => {
  const all = registryOf([chainOf('a', 1), chainOf('a', 3), chainOf('a', 2), chainOf('b')]);

  it('finds a version of a chain, by default the newest', () => {
    expect([all.chain('a')?.version, all.chain('a', 1)?.version, all.chain('b')?.version]).toEqual([3, 1, 1]);
    expect([all.chain('a', 4), all.chain('c'), all.chain('constructor')]).toEqual([undefined, undefined, undefined]);
    expect(all.defaultChain).toBe(all.chain('a', 3));
    expect(all.chains.map(({ version }) => version)).toEqual([1, 3, 2, 1]);
  });

  it('has a queue once, however many versions share it', () => {
    expect(all.queues).toEqual([
      { queue: 'a-one', poisonQueue: 'a-one-poison', app: 'app', chain: 'a', node: 'one' },
      { queue: 'b-one', poisonQueue: 'b-one-poison', app: 'app', chain: 'b', node: 'one' },
    ]);
  });

  it('knows which app hosts which node, closing nodes too', () => {
    const { apps } = registryOf([
      begun('a')
        .task('one', { result: ok, app: 'heavy' })
        .always('last', { result: ok })
        .output(() => null),
    ]);
    const hosted = apps.map(({ name, queues }) => [name, queues.map(({ node }) => node)]);
    expect(hosted).toEqual([
      ['heavy', ['one']],
      ['app', ['last']],
    ]);
  });

  it.each<[string, () => unknown, string]>([
    ['a version twice', () => registryOf([chainOf('a'), chainOf('a')]), 'chain "a": version 1 is in the list twice'],
    [
      'a queue of two chains',
      () =>
        registryOf([
          chainOf('a'),
          begun('b')
            .task('x', { queue: 'a-one', result: ok })
            .output(() => null),
        ]),
      'chain "b", node "x": node "one" of chain "a" has the queue "a-one"',
    ],
    [
      'a queue of two nodes in two versions',
      () =>
        registryOf([
          chainOf('a'),
          begun('a', 2)
            .task('x', { queue: 'a-one', result: ok })
            .output(() => null),
        ]),
      'chain "a", node "x": node "one" of chain "a" has the queue "a-one"',
    ],
    [
      'a queue that is a poison queue',
      () =>
        registryOf([
          chainOf('a'),
          begun('b')
            .task('x', { queue: 'a-one-poison', result: ok })
            .output(() => null),
        ]),
      'has the queue "a-one-poison"',
    ],
    [
      "intake's queue",
      () =>
        registryOf([
          begun('b')
            .task('x', { queue: 'intake', result: ok })
            .output(() => null),
        ]),
      'the app "intake" has the queue "intake"',
    ],
    [
      "aggregate's poison queue",
      () =>
        registryOf([
          begun('b')
            .task('x', { queue: 'aggregate-poison', result: ok })
            .output(() => null),
        ]),
      'the app "aggregate" has the queue "aggregate-poison"',
    ],
    ['a node in aggregate', () => registryOf([chainOf('a', 1, 'aggregate')]), 'the app "aggregate" hosts no nodes'],
    [
      'a node that moves',
      () => registryOf([chainOf('a'), chainOf('a', 2, 'b')]),
      'would listen to its queue: "app" and "b"',
    ],
    [
      'a node that becomes one of another kind',
      () =>
        registryOf([
          chainOf('a'),
          begun('a', 2)
            .map('one', { items: () => [1], item: z.number(), result: ok })
            .output(() => null),
        ]),
      'chain "a", node "one": versions of it can\'t share its queue, since each kind has its own messages: "task" and "map"',
    ],
    [
      'two ways to listen',
      () =>
        registryOf([
          chainOf('a'),
          defineChain({ ...head, name: 'b', listening: { app: { batchSize: 1 } } })
            .task('x', { result: ok })
            .output(() => null),
        ]),
      'chain "b": the app "app" has other listening options in chain "a"',
    ],
    [
      'a child without a chain',
      () =>
        registryOf([
          begun('b')
            .child('c', { chain: chainOf('a'), input: ({ run }) => run.input })
            .output(() => null),
        ]),
      'node "c": the list holds no chain "a" of version 1',
    ],
  ])('refuses %s', (_, put, words) => {
    expect(put).toThrow(InvalidChainError);
    expect(put).toThrow(words);
  });
});

describe('the registry of this deployment', () => {
  it('holds the three chains, face-happiness first', () => {
    expect(registry.chains.map(({ name }) => name)).toEqual(['face-happiness', 'orders', 'media']);
    expect(registry.defaultChain.name).toBe('face-happiness');
    expect(registry.apps.map(({ name }) => name)).toEqual(['detect', 'orders', 'media']);
  });
});
