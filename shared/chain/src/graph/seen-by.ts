import type { ChainDefinition } from './definition.ts';
import type { Outcome, RunView, Seen, Verdict } from './seen.ts';

/** All nodes before a node, however far, in the order of the declaration. */
export function namesBefore(chain: Pick<ChainDefinition, 'nodes'>, name: string): readonly string[] {
  const before = new Set<string>();
  const named = new Set<string>([name]);
  for (const node of chain.nodes.toReversed()) {
    if (!named.has(node.name)) continue;
    for (const each of node.after) named.add(each);
    if (node.name !== name) before.add(node.name);
  }
  return chain.nodes.flatMap((node) => (before.has(node.name) ? [node.name] : []));
}

/**
 * What the callbacks of a node see: the run, and the outcomes of what stands before it. Frozen all through, since a callback that changed it would change what
 * the next one sees.
 * @param outcomeOf of a node before it, all of which have ended
 */
export function seenBy(
  chain: Pick<ChainDefinition, 'nodes'>,
  name: string,
  run: RunView,
  outcomeOf: (node: string) => Outcome,
): Seen {
  return frozenSeen({ run }, namesBefore(chain, name), outcomeOf);
}

/** What closing nodes see, and the output: every node but the closing ones; closing nodes see the verdict too. */
export function seenAtEnd(
  chain: Pick<ChainDefinition, 'nodes'>,
  run: RunView,
  verdict: Verdict | undefined,
  outcomeOf: (node: string) => Outcome,
): Seen {
  const names = chain.nodes.map(({ name }) => name);
  return frozenSeen(verdict === undefined ? { run } : { run, verdict }, names, outcomeOf);
}

function frozenSeen(
  start: { readonly run: RunView; readonly verdict?: Verdict },
  names: readonly string[],
  outcomeOf: (node: string) => Outcome,
): Seen {
  const seen: Seen = { ...start, ...Object.fromEntries(names.map((name) => [name, outcomeOf(name)])) };
  return frozen(structuredClone(seen));
}

function frozen<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (inner !== null && typeof inner === 'object') frozen(inner);
  return Object.freeze(value);
}
