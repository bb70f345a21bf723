import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RunView } from './seen.ts';
import { namesBefore, seenAtEnd, seenBy } from './seen-by.ts';

const run: RunView = { id: 'r', input: { list: [1] }, startedAt: '2026-11-26T00:00:00.000Z' };
const outcomeOf = (node: string) => ({ status: 'succeeded', output: { of: node } }) as const;

/** Graphs as the builder allows them: a node names only nodes above it. */
const graphs = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 32 }).map((rows) =>
  rows.map((picks, place) => ({
    kind: 'wait' as const,
    name: `n${place}`,
    after: place === 0 ? [] : [...new Set(picks.map((pick) => `n${pick % place}`))],
    onFailure: 'fail' as const,
    until: { type: 'delay' as const, ms: 0 },
  })),
);
type Graph = typeof graphs extends fc.Arbitrary<infer T> ? T : never;

describe('seenBy', () => {
  it('holds the run and exactly what stands before the node, however far', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        for (const { name } of nodes) {
          const seen = seenBy({ nodes }, name, run, outcomeOf);
          expect(new Set(Object.keys(seen))).toEqual(new Set(['run', ...walkedBack(nodes, name)]));
        }
      }),
    );
  });

  it('keeps the order of the declaration', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const places = namesBefore({ nodes }, `n${nodes.length - 1}`).map((name) => Number(name.slice(1)));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
      }),
    );
  });

  it('asks for no outcome of a node that does not stand before', () => {
    const nodes: Graph = [
      { kind: 'wait', name: 'n0', after: [], onFailure: 'fail', until: { type: 'delay', ms: 0 } },
      { kind: 'wait', name: 'n1', after: [], onFailure: 'fail', until: { type: 'delay', ms: 0 } },
    ];
    const asked: string[] = [];
    seenBy({ nodes }, 'n1', run, (node) => {
      asked.push(node);
      return outcomeOf(node);
    });
    expect(asked).toEqual([]);
  });

  it('is frozen all through, and a copy', () => {
    const seen = seenAtEnd({ nodes: [] }, run, { status: 'completed' }, outcomeOf);
    const input = z
      .object({ list: z.custom<number[]>(Array.isArray) })
      .loose()
      .parse(seen.run.input);
    expect(() => input.list.push(2)).toThrow(TypeError);
    expect(() => Object.assign(seen, { more: 1 })).toThrow(TypeError);
    expect(Object.isFrozen(run.input)).toBe(false);
    expect(seen.verdict).toEqual({ status: 'completed' });
  });
});

/** The same by growing it, edge by edge, until nothing is added. */
function walkedBack(nodes: Graph, name: string): Set<string> {
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
