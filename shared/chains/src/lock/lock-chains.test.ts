import { type ChainDefinition, defineChain } from '@tally/chain';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { registry } from '../registry/registered.ts';
import { chainLockSchema, lockChains, unlocked } from './lock-chains.ts';
import { shapeOf } from './shape-of.ts';

const ok = z.object({ ok: z.literal(true) });
const head = { name: 'locked', version: 1, app: 'app', input: z.object({ n: z.number() }) } as const;
const one = defineChain(head).task('one', { result: ok });
const done = () => null;
const before = one.task('two', { after: ['one'], result: ok }).output(done).definition;
const lockOf = (...chains: ChainDefinition[]) => lockChains(chains, []).lock;

describe('lockChains', () => {
  it.each<[string, ChainDefinition, string]>([
    ['a removed node', one.output(done).definition, 'nodes.1'],
    [
      'an added node',
      one
        .task('two', { after: ['one'], result: ok })
        .always('x', { result: ok })
        .output(done).definition,
      'closing.0',
    ],
    ['an edge', one.task('two', { result: ok }).output(done).definition, 'nodes.1.after.0'],
    [
      'a kind',
      one.map('two', { after: ['one'], item: ok, items: () => [], result: ok }).output(done).definition,
      'nodes.1.kind',
    ],
    [
      'a result',
      one.task('two', { after: ['one'], result: z.object({ ok: z.boolean() }) }).output(done).definition,
      'nodes.1.result.properties.ok.const',
    ],
    [
      'a choice',
      one.task('two', { after: ['one'], when: () => true, result: ok }).output(done).definition,
      'nodes.1.isChoosing',
    ],
    [
      'a tolerated failure',
      one.task('two', { after: ['one'], onFailure: 'continue', result: ok }).output(done).definition,
      'nodes.1.onFailure',
    ],
    [
      'a queue',
      one.task('two', { after: ['one'], queue: 'other', result: ok }).output(done).definition,
      'nodes.1.queue',
    ],
    [
      'the input',
      defineChain({ ...head, input: z.object({ n: z.string() }) })
        .task('one', { result: ok })
        .task('two', { after: ['one'], result: ok })
        .output(done).definition,
      'input.properties.n.type',
    ],
  ])('finds what has changed under an unchanged version: %s', (_, after, place) => {
    expect(lockChains([before], lockOf(before)).changes).toEqual([]);
    const { lock, changes } = lockChains([after], lockOf(before));
    expect(changes).toEqual([{ chain: 'locked', version: 1, place }]);
    expect(lock).toEqual(lockOf(before));
  });

  it('allows other numbers and texts: a live run uses those in its rows', () => {
    const after = one
      .task('two', {
        after: ['one'],
        result: ok,
        retry: { attempts: 9, first: '1s' },
        timeout: '2m',
        does: 'more',
        app: 'b',
      })
      .output(done).definition;
    expect(lockChains([after], lockOf(before)).changes).toEqual([]);
  });

  it('accepts a newer version beside the older one, and keeps retired ones', () => {
    const newer = defineChain({ ...head, version: 2 })
      .task('three', { result: ok })
      .output(done).definition;
    const { lock, changes } = lockChains([newer], lockOf(before));
    expect(changes).toEqual([]);
    expect(lock.map(({ chain, version }) => `${chain}@${version}`)).toEqual(['locked@1', 'locked@2']);
    expect(lockChains([newer, before], lock)).toEqual({ lock, changes: [] });
  });

  it('allows a version without runs to go', () => {
    const after = one.output(done).definition;
    const { lock, changes } = lockChains([after], lockOf(before));
    expect(lockChains([after], unlocked(lock, changes)).lock).toEqual(lockOf(after));
  });

  it("ignores the order of a file's fields", () => {
    const [entry] = lockOf(before);
    if (entry === undefined) throw new Error('nothing locked');
    const shuffled = Object.fromEntries(Object.entries(z.record(z.string(), z.json()).parse(entry.shape)).toReversed());
    expect(lockChains([before], [{ ...entry, shape: shuffled }]).changes).toEqual([]);
  });
});

it("every schema of this deployment's chains can be written as a JSON schema", () => {
  const { lock } = lockChains(registry.chains, []);
  expect(chainLockSchema.parse(JSON.parse(JSON.stringify(lock)))).toEqual(lock);
});

it('names the node whose schema cannot be written', () => {
  const { definition } = one.task('two', { result: ok.transform(() => 'no') }).output(done);
  expect(() => shapeOf(definition)).toThrow('chain "locked", node "two": no JSON schema can tell');
});
