import type { ChainDefinition } from '@tally/chain';

/** What a worker that serves a node of a chain in a version calls itself in its heartbeat (R8). */
export function servingName({ name, version }: Pick<ChainDefinition, 'name' | 'version'>, node: string): string {
  return `${name}@${version}/${node}`;
}
