import { type ChainDefinition, type ClosingDefinition, InvalidChainError, type NodeDefinition } from '@tally/chain';
import * as z from 'zod';

/** Any JSON value, for people to compare. */
export type Shape = z.infer<ReturnType<typeof z.json>>;

/** Gives a schema of a node (null: of the chain) as a JSON schema. */
type Tell = (node: string | null, schema: z.ZodType, io?: 'input' | 'output') => object;

/**
 * The parts of a version that its runs' rows and messages depend on: its graph and its schemas. Numbers
 * (tries, time limits, sizes) may change while runs are live, because a run's rows hold the ones it uses. The
 * behaviour of callbacks can't be compared, nor can a schema's refinements.
 * @throws InvalidChainError for a schema that no JSON schema can express, such as one of a transformed value
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
  // The form that a file holds, without undefined fields.
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
