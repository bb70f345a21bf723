import type { ChainDefinition } from '@tally/chain';
import type { StepContext } from '@tally/run-steps';

type Chains = Pick<StepContext, 'registry'>;

/**
 * The chain that a start without a name runs: the first in the list, in its newest version.
 * @throws Error when the list is empty
 */
export function defaultChain({ registry }: Chains): ChainDefinition {
  const [first] = registry.chains;
  const found = first === undefined ? null : newestChain({ registry }, first.name);
  if (found === null) throw new Error('this app knows no chain');
  return found;
}

/** The newest version of a chain. Names ignore case, as those of Durable's functions do. */
export function newestChain({ registry }: Chains, name: string): ChainDefinition | null {
  const versions = registry.chains.filter((chain) => chain.name.toLowerCase() === name.toLowerCase());
  return versions.toSorted((left, right) => right.version - left.version)[0] ?? null;
}

/** The names of chains that can be started, for a message. */
export function chainNames({ registry }: Chains): string {
  return [...new Set(registry.chains.map(({ name }) => name))].join(', ');
}
