import type { ChainVersion, ListedChain } from '@tally/api';

/** A version of a chain that differs between the system and this clone. */
export interface Drift {
  readonly chain: string;
  readonly version: number;
  readonly kind: 'only-there' | 'only-here' | 'differs';
  /** For people. */
  readonly words: string;
}

/**
 * How the chains that a system serves differ from those of a clone.
 * @param there the chains that the system serves
 * @param here the chains that the clone declares
 */
export function findDrift(there: readonly ListedChain[], here: readonly ListedChain[]): Drift[] {
  const [served, declared] = [versionsOf(there), versionsOf(here)];
  const keys = [...new Set([...served.keys(), ...declared.keys()])];
  return keys.flatMap((key) => driftOf(served.get(key), declared.get(key)) ?? []);
}

interface NamedVersion {
  readonly chain: string;
  readonly graph: ChainVersion;
}

function versionsOf(chains: readonly ListedChain[]): ReadonlyMap<string, NamedVersion> {
  const all = chains.flatMap(({ name: chain, versions }) => versions.map((graph) => ({ chain, graph })));
  return new Map(all.map((one) => [`${one.chain}@${one.graph.version}`, one]));
}

function driftOf(there: NamedVersion | undefined, here: NamedVersion | undefined): Drift | null {
  const known = there ?? here;
  if (known === undefined) return null;
  const about = { chain: known.chain, version: known.graph.version };
  if (there === undefined) return { ...about, kind: 'only-here', words: 'only in this clone; it is not deployed' };
  if (here === undefined) return { ...about, kind: 'only-there', words: 'only there; this clone does not have it' };
  if (there.graph.fingerprint === here.graph.fingerprint) return null;
  const words = `its graph or its schemas differ${nodesApart(there.graph, here.graph)}; a changed chain needs a new version`;
  return { ...about, kind: 'differs', words };
}

/** The nodes in which the two differ, if nodes differ. */
function nodesApart(there: ChainVersion, here: ChainVersion): string {
  const told = ({ nodes }: ChainVersion) => new Map(nodes.map((node) => [node.name, JSON.stringify(node)]));
  const [left, right] = [told(there), told(here)];
  const names = [...new Set([...left.keys(), ...right.keys()])].filter((name) => left.get(name) !== right.get(name));
  return names.length === 0 ? '' : ` (${names.join(', ')})`;
}
