import { type ChainDefinition, type ClosingDefinition, InvalidChainError, type NodeDefinition } from '@tally/chain';
import { z } from 'zod';

/** Anything that JSON says, for people to compare. */
export type Shape = z.infer<ReturnType<typeof z.json>>;

/** Tells a schema of a node (null: of the chain) as a JSON schema. */
type Tell = (node: string | null, schema: z.ZodType, io?: 'input' | 'output') => object;

/**
 * What rows and messages of a version's runs depend on: its graph and its schemas. Numbers (tries, time limits, sizes) may change while runs live, since a
 * run's rows say by which it goes; what callbacks do can't be compared, nor what a schema refines.
 * @throws InvalidChainError for a schema that no JSON schema can tell, such as one of a transformed value
 */
export function shapeOf(chain: ChainDefinition): Shape {
  const tell: Tell = (node, schema, io = 'output') => {
    try {
      return z.toJSONSchema(schema, { io });
    } catch (error) {
      throw new InvalidChainError(chain.name, node, 'no JSON schema can tell one of its schemas', { cause: error });
    }
  };
  const shape = {
    input: tell(null, chain.input, 'input'),
    rootItems: chain.rootItems,
    nodes: chain.nodes.map((node) => nodeShape(node, tell)),
    closing: chain.closing.map((node) => closingShape(node, tell)),
  };
  // As a file holds it: without fields that are undefined.
  return z.json().parse(JSON.parse(JSON.stringify(shape)));
}

function nodeShape(node: NodeDefinition, tell: Tell) {
  const { name, kind, after, onFailure, when } = node;
  return { name, kind, after, onFailure, isChoosing: when !== undefined, ...kindShape(node, tell) };
}

function kindShape(node: NodeDefinition, tell: Tell) {
  const told = (schema: z.ZodType) => tell(node.name, schema);
  if (node.kind === 'task') return { queue: node.queue, result: told(node.result) };
  if (node.kind === 'child') return { chain: node.chain, version: node.version };
  if (node.kind === 'map') {
    const { queue, column, item, result, fold } = node;
    return { queue, column, item: told(item), result: told(result), fold: told(fold.schema) };
  }
  if (node.until.type !== 'event') return { until: node.until.type };
  return { until: 'event', event: node.until.event, payload: told(node.until.payload) };
}

function closingShape({ name, closing, when, queue, result }: ClosingDefinition, tell: Tell) {
  return { name, closing, isChoosing: when !== undefined, queue, result: tell(name, result) };
}
