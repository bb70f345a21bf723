import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import type { Outcome, Verdict } from '../graph/index.ts';
import { FatalError, RetryAfterError } from '../handlers/index.ts';
import { defineChain, type HandlerOf, handlersFor, type InputOf, InvalidChainError, type OutputOf } from './index.ts';

// The compiler proves this: an "expected error" that doesn't occur fails `tsc`.
const ok = z.object({ ok: z.literal(true) });
const head = { name: 'proofs', version: 1, app: 'a', input: z.object({ n: z.number() }) } as const;
const one = defineChain(head).task('one', { result: z.object({ x: z.number() }) });
const small = one.output(({ one: seen }) => seen.output);
const listed = defineChain({
  ...head,
  input: z.object({ urls: z.array(z.string()), note: z.string().optional(), words: z.string() }),
});

// oxlint-disable typescript/no-unsafe-return, typescript/no-unsafe-assignment, typescript/no-unsafe-member-access -- what does not compile has no type
/** Never called. */
export function mustNotCompile(): void {
  // @ts-expect-error an unknown name; a cycle is one, since a node can only name what stands above it
  one.task('two', { after: ['three'], result: ok });
  // @ts-expect-error a node that names itself
  one.task('two', { after: ['two'], result: ok });
  // @ts-expect-error a name that is taken
  one.task('one', { result: ok });
  // @ts-expect-error a name that a closing node has
  one.whenFailed('two', { result: ok }).task('two', { result: ok });
  // @ts-expect-error a name that callbacks need
  one.task('run', { result: ok });
  // @ts-expect-error a name that every object has
  one.wait('constructor', { event: 'E', payload: ok });
  // @ts-expect-error a closing node can't be waited for
  one.always('two', { result: ok }).task('three', { after: ['two'], result: ok });
  // @ts-expect-error a field that the node before it doesn't give
  one.task('two', { after: ['one'], input: ({ one: seen }) => ({ y: seen.output.y }), result: ok });
  // @ts-expect-error a node that doesn't stand before this one
  one.task('two', { result: ok }).task('three', { after: ['one'], input: ({ two }) => two.output, result: ok });
  // @ts-expect-error a result that no row can hold
  one.task('two', { result: z.object({ at: z.date() }) });
  // @ts-expect-error an input that no row can hold
  one.task('two', { input: () => new Map([['a', 1]]), result: ok });
  // @ts-expect-error an output that no row can hold
  one.output(() => ({ at: new Date(0) }));
  // @ts-expect-error a duration without a unit
  one.wait('two', { event: 'E', payload: ok, timeout: '30' });
  // @ts-expect-error a clock of one's own: the time-out is given, not an instant
  one.wait('two', { event: 'E', payload: ok, timeout: () => new Date() });
  // @ts-expect-error both a while and an instant
  one.sleep('two', { for: '1s', until: () => '2026-01-01T00:00:00Z' });
  const risky = defineChain(head).task('a', { result: ok, onFailure: 'continue' });
  // @ts-expect-error a node that may have failed has no output before that is asked
  risky.task('b', { after: ['a'], input: ({ a }) => a.output, result: ok });
  // @ts-expect-error nor has one in the output
  risky.output(({ a }) => a.output);
  const waiting = one.wait('w', { event: 'E', payload: ok, timeout: '1h', onFailure: 'continue' });
  // @ts-expect-error an approval that may have timed out has none either
  waiting.output(({ w }) => w.output);
  const chosen = one.task('yes', { when: ({ run }) => run.input.n > 1, result: ok }).task('no', { result: ok });
  // @ts-expect-error one of two right before a join may have been skipped
  chosen.task('join', { after: ['yes', 'no'], input: ({ yes }) => yes.output, result: ok });
  // @ts-expect-error what a closing node sees may not have been reached
  one.whenFailed('undo', { input: ({ one: seen }) => seen.output, result: ok });
  // @ts-expect-error only closing nodes see the verdict
  one.task('two', { input: ({ verdict }) => verdict, result: ok });
  // @ts-expect-error an item of another type than its schema
  one.map('m', { item: z.number(), items: ({ run }) => [String(run.input.n)], result: ok });
  // @ts-expect-error a fold of another type than its schema
  one.map('m', { item: z.number(), items: () => [1], result: ok, fold: { schema: z.number(), ...textFold } });
  // @ts-expect-error a list that the input doesn't have
  listed.rootMap('m', { itemsOf: 'note', item: z.string(), result: ok });
  // @ts-expect-error a list of other items
  listed.rootMap('m', { itemsOf: 'urls', item: z.number(), result: ok });
  const rooted = listed.rootMap('m', { itemsOf: 'urls', item: z.string(), result: ok });
  // @ts-expect-error the list is kept nowhere but in the map
  rooted.output(({ run }) => run.input.urls);
  // @ts-expect-error a child's input
  one.child('c', { chain: small, input: () => ({ m: 1 }) });
  // @ts-expect-error a handler is missing
  handlersFor(small, 'a', {});
  // @ts-expect-error a handler of no node
  handlersFor(small, 'a', { one: async () => ({ x: 1 }), two: async () => ({ x: 1 }) });
  // @ts-expect-error a result of another type
  handlersFor(small, 'a', { one: async () => ({ x: '1' }) });
  // @ts-expect-error an app that the chain doesn't know
  handlersFor(small, 'b', { one: async () => ({ x: 1 }) });
  // @ts-expect-error only the handler of a map has an index
  handlersFor(small, 'a', { one: async ({ index }) => ({ x: index }) });
  const itemwise = rooted.output(() => null);
  // @ts-expect-error an item can't be asked again
  handlersFor(itemwise, 'a', { m: async ({ again }) => ({ ok: again === undefined }) });
  // @ts-expect-error an error that asks to wait says how long, with a unit
  new RetryAfterError('Busy', 'wait', '2');
}
// oxlint-enable typescript/no-unsafe-return, typescript/no-unsafe-assignment, typescript/no-unsafe-member-access
const textFold = { empty: '', add: (sum: string) => sum, merge: (a: string, b: string) => a + b };

describe('what callbacks see', () => {
  it('is the output itself if all predecessors must have succeeded', () => {
    const chain = one
      .task('two', { after: ['one'], result: ok })
      .task('three', {
        after: ['two'],
        input: ({ one: first, run }) => {
          expectTypeOf(first).toEqualTypeOf<{ readonly status: 'succeeded'; readonly output: { x: number } }>();
          expectTypeOf(run.input).toEqualTypeOf<{ n: number }>();
          return first.output.x;
        },
        result: ok,
      })
      .output(({ three }) => three.output.ok);
    expectTypeOf<HandlerOf<typeof chain, 'three'>>().parameter(0).toHaveProperty('input').toEqualTypeOf<number>();
    expectTypeOf<HandlerOf<typeof chain, 'two'>>().parameter(0).toHaveProperty('input').toEqualTypeOf<{ n: number }>();
    expectTypeOf<InputOf<typeof chain>>().toEqualTypeOf<{ n: number }>();
    expectTypeOf<OutputOf<typeof chain>>().toEqualTypeOf<true>();
    expect(chain.definition.nodes.map(({ name }) => name)).toEqual(['one', 'two', 'three']);
  });

  it('includes a skipped node only if it may be skipped', () => {
    const chain = one
      .task('maybe', { when: ({ run }) => run.input.n > 1, result: ok })
      .task('behind', { after: ['maybe'], input: ({ maybe }) => maybe.output, result: ok })
      .task('join', { after: ['one', 'behind'], result: ok })
      .output(({ behind, join }) => {
        expectTypeOf(behind.status).toEqualTypeOf<'succeeded' | 'skipped'>();
        expectTypeOf(join.status).toEqualTypeOf<'succeeded'>();
        return null;
      });
    expect(chain.definition.nodes.map(({ when }) => when !== undefined)).toEqual([false, true, false, false]);
  });

  it('includes tolerated failures and time-outs', () => {
    const chain = one
      .wait('w', { after: ['one'], event: 'E', payload: z.string(), timeout: '1h', onFailure: 'continue' })
      .task('end', {
        after: ['w'],
        input: ({ w }) => {
          expectTypeOf(w.status).toEqualTypeOf<'succeeded' | 'failed' | 'timedOut'>();
          return w.status === 'succeeded' ? w.output : null;
        },
        result: ok,
      })
      .always('last', {
        when: ({ verdict }) => verdict.status === 'failed' && verdict.code === 'Infected',
        input: ({ verdict, end }) => {
          expectTypeOf(verdict).toEqualTypeOf<Verdict>();
          expectTypeOf(end).toEqualTypeOf<Outcome<{ ok: true }>>();
          return end.status;
        },
        result: ok,
      })
      .output(() => null);
    expect(chain.definition.closing.map(({ name }) => name)).toEqual(['last']);
  });

  it('leaves out the list of a root map, and keeps optional fields optional', () => {
    const chain = listed
      .rootMap('m', { itemsOf: 'urls', item: z.string(), result: ok })
      .task('t', { after: ['m'], input: ({ m }) => m.output.fold, result: ok })
      .task('u', { after: ['m'], result: ok })
      .output(({ run }) => run.input.note ?? run.input.words);
    expectTypeOf<HandlerOf<typeof chain, 't'>>().parameter(0).toHaveProperty('input').toEqualTypeOf<null>();
    type Kept = Omit<{ urls: string[]; note?: string | undefined; words: string }, 'urls'>;
    expectTypeOf<HandlerOf<typeof chain, 'u'>>().parameter(0).toHaveProperty('input').toEqualTypeOf<Kept>();
    expect(chain.definition.rootItems).toBe('m');
  });
});

describe('handlersFor', () => {
  const chain = one
    .map('many', { after: ['one'], app: 'b', item: z.string(), items: () => ['x'], result: ok })
    .child('c', { after: ['many'], chain: small, input: () => ({ n: 1 }) })
    .whenFailed('alert', { result: ok })
    .output(({ c }) => c.output.x);

  it('accepts what an app hosts, closing nodes too', () => {
    const inB = handlersFor(chain, 'b', {
      many: async ({ input, index }) => {
        expectTypeOf(index).toBeNumber();
        expectTypeOf(input).toBeString();
        return { ok: true };
      },
    });
    const inA = handlersFor(chain, 'a', {
      one: async ({ input }) => ({ x: input.n }),
      alert: async () => {
        throw new FatalError('NoMail', 'no recipient');
      },
    });
    expect([inA, inB].map(({ app, handlers }) => [app, Object.keys(handlers)])).toEqual([
      ['a', ['one', 'alert']],
      ['b', ['many']],
    ]);
    expect(inA.chain).toBe(chain.definition);
  });

  it('refuses at run time what has bypassed the compiler', () => {
    const untyped = (handlers: object) => () => void Reflect.apply(handlersFor, undefined, [chain, 'b', handlers]);
    expect(untyped({})).toThrow(new InvalidChainError('proofs', 'many', 'app "b" has no handler'));
    const extra = { many: async () => ({ ok: true }), one: async () => ({ x: 1 }) };
    expect(untyped(extra)).toThrow('chain "proofs", node "one": app "b" doesn\'t host the node');
  });
});
