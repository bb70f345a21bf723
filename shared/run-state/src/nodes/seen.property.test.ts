import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainOf, pendingRun, task, worldOf } from '../../test/graphs.ts';
import type { NodeRules } from './chain-rules.ts';
import { roundKey } from './node-state.ts';
import type { WholeRun } from './run-records.ts';
import { seenAtClosing, seenBy } from './seen.ts';

const ended = { state: 'ended', outcome: 'succeeded', since: 1, openedAt: 0, endedAt: 0 } as const;

/** Graphs as the builder allows them: a node names only nodes above it. */
const graphs = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 32 })
  .map((rows) =>
    rows.map((picks, place) =>
      task(`n${place}`, { after: place === 0 ? [] : [...new Set(picks.map((pick) => `n${pick % place}`))] }),
    ),
  );

/** A run of which all nodes have succeeded; only the outputs of some are there. */
function allEnded(nodes: readonly NodeRules[], kept: readonly NodeRules[] = nodes): WholeRun {
  const { records } = worldOf();
  const run = pendingRun({ nodes: Object.fromEntries(nodes.map(({ name }) => [name, ended])) });
  const outputs = new Map(kept.map(({ name }) => [roundKey({ node: name, since: ended.since }), { of: name }]));
  return { run, records: { ...records, input: { list: [1] }, outputs } };
}

describe('seenBy', () => {
  it('holds the run and exactly the ancestors of the node', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        for (const { name, after } of nodes) {
          const seen = seenBy(allEnded(nodes), chainOf(nodes), after);
          expect(new Set(Object.keys(seen))).toEqual(new Set(['run', ...walkedBack(nodes, name)]));
        }
      }),
    );
  });

  it('keeps the order of declaration', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const seen = seenBy(allEnded(nodes), chainOf(nodes), nodes.at(-1)?.after ?? []);
        const names = Object.keys(seen).filter((name) => name !== 'run');
        const places = names.map((name) => Number(name.slice(1)));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
      }),
    );
  });

  it('asks for no outcome of a node that is not an ancestor', () => {
    const nodes = [task('n0'), task('n1')];
    const without = allEnded(nodes, []);
    expect(Object.keys(seenBy(without, chainOf(nodes), []))).toEqual(['run']);
    // It would have been missed.
    expect(() => seenBy(without, chainOf(nodes), ['n0'])).toThrow('the output of node "n0" is missing');
  });

  it('is a deeply frozen copy', () => {
    const whole = allEnded([]);
    const seen = seenAtClosing(whole, chainOf([]), { status: 'completed', output: null });
    const list: unknown = Object.values(seen.run.input ?? {})[0];
    expect(list).toEqual([1]);
    expect(() => Array.isArray(list) && list.push(2)).toThrow(TypeError);
    expect(() => Object.assign(seen, { more: 1 })).toThrow(TypeError);
    expect(Object.isFrozen(whole.records.input)).toBe(false);
    expect(seen.verdict).toEqual({ status: 'completed' });
  });
});

/** The same by growing it, edge by edge, until nothing is added. */
function walkedBack(nodes: readonly NodeRules[], name: string): Set<string> {
  const found = new Set<string>();
  const grow = (from: string): void => {
    for (const each of nodes.find((node) => node.name === from)?.after ?? []) {
      if (found.has(each)) continue;
      found.add(each);
      grow(each);
    }
  };
  grow(name);
  return found;
}
