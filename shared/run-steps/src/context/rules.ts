import { createHash } from 'node:crypto';
import type { ChainDefinition, ClosingDefinition, MapDefinition, NodeDefinition } from '@tally/chain';
import type { ChainRules, ClosingRules, MapRules, NodeRules, Parent, Run, Seen, WaitRules } from '@tally/run-state';
import * as z from 'zod';
import { chainOf, type Registry } from './registry.ts';

const known = new WeakMap<ChainDefinition, ChainRules>();

/** A chain in the form that the rules of a run use. */
export function rulesOf(chain: ChainDefinition): ChainRules {
  const rules = known.get(chain) ?? {
    name: chain.name,
    version: chain.version,
    rootItems: chain.rootItems,
    nodes: chain.nodes.map(nodeRules),
    closing: chain.closing.map(closingRules),
    output: (seen: Seen) => chain.output(seen),
  };
  known.set(chain, rules);
  return rules;
}

/**
 * The rules of a run's chain. If this process doesn't know the chain (R8), they are rules under which nothing
 * moves.
 */
export function rulesFor(registry: Pick<Registry, 'chains'>, run: Pick<Run, 'name' | 'chainVersion'>): ChainRules {
  const chain = chainOf(registry, run);
  if (chain !== undefined) return rulesOf(chain);
  const { name, chainVersion: version } = run;
  return { name, version, isUnknown: true, nodes: [], closing: [], output: () => null };
}

function nodeRules(node: NodeDefinition): NodeRules {
  if (node.kind === 'map') return mapRules(node);
  if (node.kind === 'wait') return { ...node, until: untilRules(node.until) };
  return node.kind === 'child' ? { ...node, idOf: childIdOf } : node;
}

function closingRules(node: ClosingDefinition): ClosingRules {
  return node;
}

function mapRules(node: MapDefinition): MapRules {
  const items = z.array(node.item);
  return { ...node, misfit: (given) => misfitOf(items, given) };
}

function untilRules(until: Extract<NodeDefinition, { kind: 'wait' }>['until']): WaitRules['until'] {
  if (until.type !== 'event') return until;
  const { event, payload, timeoutMs } = until;
  return { type: 'event', event, timeoutMs, misfit: (given) => misfitOf(payload, given) };
}

function misfitOf(schema: z.ZodType, value: unknown): string | null {
  const parsed = schema.safeParse(value);
  return parsed.success ? null : z.prettifyError(parsed.error);
}

/** R12: a child's id is `@` and the hash of what it is a child of. */
function childIdOf({ runId, generation, node, since }: Parent): string {
  const hash = createHash('sha256').update(JSON.stringify([runId, generation, node, since]));
  return `@${hash.digest('base64url')}`;
}
