import { type ChainDefinition, defineChain } from '@tally/chain';
import * as z from 'zod';
import { MAX_DELIVERIES, TELL } from './telling-chain.ts';

/** Chains of several nodes. A task adds one to the number that it gets. */

const number = z.number();
const listening = { teller: { maxDequeueCount: MAX_DELIVERIES } };
const head = (name: string) => ({ name, version: 1, app: 'teller', input: number, listening }) as const;

/** Fewer repairs and tries than in the product, so that their full course is explored. */
const retry = { attempts: 2, first: '5s' } as const;

const sequence = defineChain(head('sequence'))
  .task('first', { result: number, retry })
  .task('second', { after: ['first'], input: ({ first }) => first.output, result: number, retry })
  .output(({ second }) => second.output);

const diamond = defineChain(head('diamond'))
  .task('left', { result: number, retry })
  .task('right', { result: number, retry })
  .task('join', {
    after: ['left', 'right'],
    input: ({ left, right }) => left.output + right.output,
    result: number,
    retry,
  })
  .output(({ join }) => join.output);

const asking = defineChain(head('asking'))
  .task('ask', { result: number, retry })
  .wait('answer', {
    after: ['ask'],
    event: 'Approval',
    payload: z.boolean(),
    timeout: '10m',
    onFailure: 'continue',
  })
  .task('tell-them', {
    after: ['answer'],
    input: ({ answer }) => (answer.status === 'succeeded' ? 10 : 20),
    result: number,
    retry,
  })
  .output(({ 'tell-them': told }) => told.output);

const waiting = defineChain(head('waiting'))
  .task('ask', { result: number, retry })
  .wait('answer', { after: ['ask'], event: 'Approval', payload: z.boolean() })
  .task('act', { after: ['answer'], result: number, retry })
  .output(({ act }) => act.output);

const choice = defineChain(head('choice'))
  .task('look', { result: number, retry })
  .task('odd', { after: ['look'], when: ({ look }) => look.output % 2 === 1, result: number, retry })
  .task('even', { after: ['look'], when: ({ look }) => look.output % 2 === 0, result: number, retry })
  .task('behind', { after: ['odd', 'even'], result: number, retry })
  .output(({ odd, even, behind }) => [odd.status, even.status, behind.status]);

const countSchema = z.strictObject({ count: z.number(), sum: z.number() });
const mapping = {
  queue: TELL,
  column: 'items',
  item: z.string(),
  result: number,
  fold: {
    schema: countSchema,
    empty: { count: 0, sum: 0 },
    add: ({ count, sum }: z.infer<typeof countSchema>, _index: number, _item: string, result: number) => ({
      count: count + 1,
      sum: sum + result,
    }),
    merge: (a: z.infer<typeof countSchema>, b: z.infer<typeof countSchema>) => ({
      count: a.count + b.count,
      sum: a.sum + b.sum,
    }),
  },
  retry,
  repair: { overdueMs: 60_000, usualFactor: 3, wholeSends: 1, singleSpreadFactor: 1, maxSends: 2 },
  window: 2,
} as const;
const sizing = { maxChunkItems: 1, spread: 2, minShardItems: 1, maxShards: 2 };

const opened = defineChain(head('opened'))
  .task('first', { result: number, retry })
  .map('tell', { after: ['first'], items: () => ['good 1', 'good 2'], ...mapping, sizing })
  .output(({ tell: { output } }) => output.fold.sum);

/** A map that the start opens but does not write. */
const mapped = defineChain(head('mapped'))
  .map('tell', { items: () => ['good 1', 'good 2'], ...mapping, sizing })
  .output(({ tell: { output } }) => output.fold.sum);

/** One branch fails while others are out. */
const failing = defineChain(head('failing'))
  .task('bad-one', { result: number, retry })
  .task('good-one', { result: number, retry })
  .task('behind', { after: ['good-one'], result: number, retry })
  .whenFailed('alert', { result: number, retry })
  .output(({ behind }) => behind.output);

/** The same with a map beside it. */
const mixed = defineChain(head('mixed'))
  .task('bad-one', { result: number, retry })
  .map('tell', { items: () => ['good 1', 'good 2'], ...mapping, window: 1, sizing: { ...sizing, minShardItems: 2 } })
  .whenFailed('alert', { result: number, retry })
  .output(({ tell: { output } }) => output.fold.sum);

const middle = defineChain(head('middle'))
  .task('first', { result: number, retry })
  .task('second', { after: ['first'], input: ({ first }) => first.output, result: number, retry })
  .task('third', { after: ['second'], input: ({ second }) => second.output, result: number, retry })
  .output(({ third }) => third.output);

/** An answer comes before the task that fails. */
const asked = defineChain(head('asked'))
  .task('first', { result: number, retry })
  .wait('answer', { after: ['first'], event: 'Approval', payload: z.boolean() })
  .task('second', { after: ['answer'], result: number, retry })
  .output(({ second }) => second.output);

/** If rejected, it fails, and the rewind asks again. */
const askedTwice = defineChain(head('asked-twice'))
  .task('first', { result: number, retry, onFailure: 'continue' })
  .wait('answer', { after: ['first'], event: 'Approval', payload: z.boolean(), timeout: '10m', onFailure: 'continue' })
  .output(({ first, answer }) => [first.status, answer.status]);

const part = defineChain(head('part'))
  .task('piece', { result: number, retry })
  .output(({ piece }) => piece.output);
const parent = defineChain(head('parent'))
  .child('part', { chain: part, input: ({ run }) => run.input })
  .task('last', { after: ['part'], input: ({ part: half }) => half.output, result: number, retry })
  .output(({ last }) => last.output);
/** Ends only by an event that is never raised, or with its parent. */
const patient = defineChain({ name: 'patient', version: 1, app: 'teller', input: number })
  .wait('never', { event: 'Never', payload: number })
  .output(({ never }) => never.output);
const stopping = defineChain(head('stopping'))
  .task('bad-one', { result: number, retry })
  .child('part', { chain: patient, input: ({ run }) => run.input })
  .output(({ part: half }) => half.output);

const definitions = [
  ...[sequence, diamond, asking, waiting, choice, opened, failing, mixed, middle, asked, askedTwice],
  ...[part, parent, patient, stopping, mapped],
].map(({ definition }) => fewSends(definition));

/** It is sent again twice, then given up. */
function fewSends(definition: ChainDefinition): ChainDefinition {
  const repair = { maxSends: 2 };
  const nodes = definition.nodes.map((node) => (node.kind === 'task' ? { ...node, repair } : node));
  return { ...definition, nodes, closing: definition.closing.map((node) => ({ ...node, repair })) };
}

/** The chain of a name, and its child chains. @throws Error where there is none */
export function chainsOf(name: string): readonly [ChainDefinition, ...ChainDefinition[]] {
  const chain = definitions.find((known) => known.name === name);
  if (chain === undefined) throw new Error(`no chain "${name}"`);
  const children = chain.nodes.flatMap((node) => (node.kind === 'child' ? chainsOf(node.chain) : []));
  return [chain, ...children];
}

/** The same chain after a deployment changed it without a new version: its maps have other items. */
export function withOtherItems(definition: ChainDefinition): ChainDefinition {
  const nodes = definition.nodes.map((node) =>
    node.kind === 'map' ? { ...node, items: () => ['good 10', 'good 20'] } : node,
  );
  return { ...definition, nodes };
}
