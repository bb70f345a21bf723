import {
  type AnyNode,
  type ChainDefinition,
  type ClosingDefinition,
  findNode,
  type MapDefinition,
  type Outcome,
  type RunView,
  type Seen,
  type TaskDefinition,
  type WaitDefinition,
  type WaitsForEvent,
} from '@tally/chain';
import type { Json } from '@tally/contracts';

/** A node of a chain, of the kind that the test expects. */
export function taskOf(chain: ChainDefinition, name: string): TaskDefinition | ClosingDefinition {
  const node = nodeOf(chain, name);
  if (node.kind !== 'task') throw new Error(`${name} is a ${node.kind}`);
  return node;
}
export function mapOf(chain: ChainDefinition, name: string): MapDefinition {
  const node = nodeOf(chain, name);
  if (node.kind !== 'map') throw new Error(`${name} is a ${node.kind}`);
  return node;
}
export function eventOf(chain: ChainDefinition, name: string): WaitDefinition & { readonly until: WaitsForEvent } {
  const node = nodeOf(chain, name);
  if (node.kind !== 'wait' || node.until.type !== 'event') throw new Error(`${name} waits for no event`);
  return { ...node, until: node.until };
}

/** How long the event may take, according to its callback. */
export function timeoutOf(chain: ChainDefinition, name: string, seen: Seen): number | undefined {
  const { timeoutMs } = eventOf(chain, name).until;
  return typeof timeoutMs === 'function' ? timeoutMs(seen) : timeoutMs;
}

/** What callbacks see of a run with this input. */
export function seen(input: Json, nodes: Readonly<Record<string, Outcome>> = {}): Seen {
  const run: RunView = { id: 'r-1', input, startedAt: '2026-11-26T12:00:00.000Z' };
  return { ...nodes, run };
}

export function succeeded(output: Json): Outcome {
  return { status: 'succeeded', output };
}

/** The names of the nodes before each node of a chain. */
export function edgesOf(chain: ChainDefinition): Record<string, readonly string[]> {
  return Object.fromEntries(chain.nodes.map(({ name, after }) => [name, after]));
}

function nodeOf(chain: ChainDefinition, name: string): AnyNode {
  const node = findNode(chain, name);
  if (node === undefined) throw new Error(`${chain.name} has no node ${name}`);
  return node;
}
