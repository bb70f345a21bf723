import type { Json } from '@tally/contracts';
import fc from 'fast-check';
import type { ChainRules, NodeRules, Seen } from '../src/index.ts';
import { chainOf, child, closing, map, task, wait } from './graphs.ts';

/** How the work of a node turns out, however often it is asked. */
export interface Fate {
  /** Of a task: tries that ask for another one, or to be called again, before it ends. */
  readonly before: readonly ('retry' | 'again')[];
  readonly ends: 'succeeded' | 'failed' | 'run-failed';
  /** Of a map: items that fail, of each shard. */
  readonly failed: number;
}

interface Drawn {
  readonly kind: 'task' | 'map' | 'wait' | 'pause' | 'child';
  readonly after: readonly number[];
  readonly onFailure: 'fail' | 'continue';
  readonly condition: 'none' | 'never' | 'if-first-succeeded' | 'throws';
  readonly items: number;
  readonly isTimed: boolean;
  readonly fate: Fate;
}

export interface Setting {
  readonly rules: ChainRules;
  readonly fates: ReadonlyMap<string, Fate>;
}

const fate: fc.Arbitrary<Fate> = fc.record({
  before: fc.array(fc.constantFrom('retry', 'again'), { maxLength: 2 }),
  ends: fc.constantFrom('succeeded', 'succeeded', 'succeeded', 'succeeded', 'failed', 'run-failed'),
  failed: fc.constantFrom(0, 0, 0, 1, 2),
});

const drawn: fc.Arbitrary<Drawn> = fc.record({
  kind: fc.constantFrom('task', 'task', 'task', 'map', 'wait', 'pause', 'child'),
  after: fc.uniqueArray(fc.nat({ max: 5 }), { maxLength: 3 }),
  onFailure: fc.constantFrom('fail', 'continue', 'continue'),
  condition: fc.constantFrom('none', 'none', 'none', 'none', 'never', 'if-first-succeeded', 'throws'),
  items: fc.nat({ max: 5 }),
  isTimed: fc.boolean(),
  fate,
});

/** Chains of one to seven nodes, with up to two closing nodes, and how their nodes turn out. */
export const settings: fc.Arbitrary<Setting> = fc
  .tuple(
    fc.array(drawn, { minLength: 1, maxLength: 7 }),
    fc.subarray(['whenFailed', 'always'] as const),
    fc.array(fate, { minLength: 2, maxLength: 2 }),
  )
  .map(([nodes, ends, closingFates]) => {
    const rules = chainOf(
      nodes.map((node, place) => nodeOf(node, place)),
      { closing: ends.map((end) => closing(`on-${end.toLowerCase()}`, { closing: end })), output: outcomesSeen },
    );
    const fates = [
      ...nodes.map(({ fate: own }, place) => [`n${place}`, own] as const),
      ...ends.map((end, place) => [`on-${end.toLowerCase()}`, closingFates[place] ?? GOOD] as const),
    ];
    return { rules, fates: new Map(fates) };
  });

export const GOOD: Fate = { before: [], ends: 'succeeded', failed: 0 };

/** The outcome of every node by its name. */
function outcomesSeen(seen: Seen): Json {
  return JSON.stringify(Object.entries(seen).filter(([name]) => name !== 'run'));
}

function nodeOf({ kind, after, onFailure, condition, items, isTimed }: Drawn, place: number): NodeRules {
  const name = `n${place}`;
  const above = after.filter((other) => other < place).map((other) => `n${other}`);
  const over = { after: above, onFailure, when: conditionOf(condition, above) };
  switch (kind) {
    case 'task':
      return task(name, over);
    case 'map':
      return map(name, items, over);
    case 'wait':
      return wait(name, isTimed ? 20_000 : undefined, over);
    case 'pause':
      return wait(name, 0, { ...over, until: { type: 'delay', ms: isTimed ? 5_000 : 0 } });
    case 'child':
      return child(name, over);
  }
}

function conditionOf(condition: Drawn['condition'], above: readonly string[]) {
  if (condition === 'none') return undefined;
  return (seen: Seen) => {
    if (condition === 'throws') throw new Error('the condition is broken');
    const first = seen[above[0] ?? ''];
    return (
      condition === 'if-first-succeeded' && first !== undefined && 'status' in first && first.status === 'succeeded'
    );
  };
}
