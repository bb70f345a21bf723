import { createHash } from 'node:crypto';
import {
  type ChainDefinition,
  type ClosingDefinition,
  chartOf,
  lanesOf,
  type NodeDefinition,
  type WaitDefinition,
} from '@tally/chain';
import * as z from 'zod';
import type { ChainVersion, GraphNode, ListedChain } from './chain-bodies.ts';
import { startBodySchema } from './start-body.ts';

/** 96 bits: too many for two shapes to get the same fingerprint. */
const FINGERPRINT_CHARS = 16;

/**
 * Describes chains as the API shows them, in the order of the list, each with its versions, the newest first.
 * @param shapeOf a version's graph and schemas: a change of them makes another version
 */
export function describeChains(
  chains: readonly ChainDefinition[],
  shapeOf: (chain: ChainDefinition) => unknown,
): ListedChain[] {
  const first = chains[0]?.name;
  return [...Map.groupBy(chains, ({ name }) => name)].map(([name, versions]) => ({
    name,
    isDefault: name === first,
    versions: versions
      .toSorted((left, right) => right.version - left.version)
      .map((chain) => describeVersion(chain, fingerprintOf(shapeOf(chain)))),
  }));
}

function fingerprintOf(shape: unknown): string {
  return createHash('sha256').update(JSON.stringify(shape)).digest('base64url').slice(0, FINGERPRINT_CHARS);
}

function describeVersion(chain: ChainDefinition, fingerprint: string): ChainVersion {
  return {
    version: chain.version,
    fingerprint,
    body: schemaOf(startBodySchema(chain)),
    nodes: [...chain.nodes.map(describeNode), ...chain.closing.map(describeClosing)],
    picture: chartOf(chain),
  };
}

/** The body that a caller may send. */
function schemaOf(schema: z.ZodType) {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return json;
}

function describeNode(node: NodeDefinition): GraphNode {
  const { name, kind, does, after, when, onFailure } = node;
  const head = {
    name,
    kind,
    ...(does === undefined ? {} : { does }),
    after: [...after],
    isConditional: when !== undefined,
    onFailure,
  };
  switch (node.kind) {
    case 'task':
      return { ...head, app: node.app, queue: node.queue, timeoutMs: node.timeoutMs };
    case 'map':
      return { ...head, app: node.app, queue: node.queue, smallQueue: lanesOf(node)[1] };
    case 'wait':
      return { ...head, ...describeWait(node.until) };
    case 'child':
      return { ...head, chain: node.chain, chainVersion: node.version };
  }
}

function describeClosing({ name, kind, does, when, closing, app, queue, timeoutMs }: ClosingDefinition): GraphNode {
  const told = does === undefined ? {} : { does };
  const isConditional = when !== undefined;
  return { name, kind, ...told, after: [], isConditional, onFailure: 'continue', closing, app, queue, timeoutMs };
}

/** Describes a wait. A time-out that depends on the run is left out. */
function describeWait(until: WaitDefinition['until']): Pick<GraphNode, 'event' | 'payload' | 'timeoutMs'> {
  if (until.type === 'delay') return { timeoutMs: until.ms };
  if (until.type === 'instant') return {};
  const { event, timeoutMs } = until;
  const told = { event, payload: schemaOf(until.payload) };
  return typeof timeoutMs === 'number' ? { ...told, timeoutMs } : told;
}
