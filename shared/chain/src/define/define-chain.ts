import type { Json } from '@tally/contracts';
import * as z from 'zod';
import type { ChainDefinition, ClosingDefinition, NodeDefinition, Seen } from '../graph/index.ts';
import type { ChainBuilder } from './builder.ts';
import { checkDefinition } from './check-definition.ts';
import { USUAL_LISTENING } from './defaults.ts';
import { InvalidChainError } from './invalid-chain.ts';
import type { JsonLike } from './json-like.ts';
import {
  type AnyHead,
  type ChildSpec,
  childFrom,
  closingFrom,
  type ItemSpec,
  type MapSpec,
  mapFrom,
  type SleepSpec,
  sleepFrom,
  type TaskSpec,
  taskFrom,
  type WaitSpec,
  waitFrom,
} from './node-from-spec.ts';
import type { ChainHead } from './options.ts';
import type { NoNodes } from './seen-types.ts';

/** What was declared so far. */
interface Draft {
  readonly head: AnyHead;
  readonly nodes: readonly NodeDefinition[];
  readonly closing: readonly ClosingDefinition[];
  readonly root: Pick<ChainDefinition, 'rootItems' | 'itemsField' | 'keptInput' | 'withItems'>;
}

/**
 * Begins the declaration of a chain. Several apps load its file, so it imports only schemas and types: no
 * SDK, no Node module.
 * @example defineChain({ name: 'hello', version: 1, app: 'hello', input: z.object({ name: z.string() }) })
 *   .task('greet', { result: z.object({ text: z.string() }) })
 *   .output(({ greet }) => greet.output);
 */
export function defineChain<I extends JsonLike, const D extends string>(
  head: ChainHead<I, D>,
): ChainBuilder<I, NoNodes, NoNodes, D>;
export function defineChain(head: AnyHead): object {
  return builderOf({ head, nodes: [], closing: [], root: {} });
}

/** The run-time side of the builder. It doesn't know the chain's types. */
function builderOf(draft: Draft): object {
  const { head } = draft;
  const withNode = (node: NodeDefinition) => builderOf({ ...draft, nodes: [...draft.nodes, node] });
  const withClosing = (node: ClosingDefinition) => builderOf({ ...draft, closing: [...draft.closing, node] });
  return {
    task: (name: string, spec: TaskSpec) => withNode(taskFrom(head, name, spec)),
    map: (name: string, spec: MapSpec) => withNode(mapFrom(head, name, spec)),
    rootMap: (name: string, spec: RootSpec) => builderOf(withRoot(draft, name, spec)),
    wait: (name: string, spec: WaitSpec) => withNode(waitFrom(head, name, spec)),
    sleep: (name: string, spec: SleepSpec) => withNode(sleepFrom(head, name, spec)),
    child: (name: string, spec: ChildSpec) => withNode(childFrom(name, spec)),
    whenFailed: (name: string, spec: TaskSpec) => withClosing(closingFrom(head, 'whenFailed', name, spec)),
    always: (name: string, spec: TaskSpec) => withClosing(closingFrom(head, 'always', name, spec)),
    output: (output: ChainDefinition['output']) => ({ definition: definitionOf(draft, output) }),
  };
}

/** The items were checked with the chain's schema before. There may be hundreds of thousands. */
const jsonItems = z.custom<readonly Json[]>((value) => Array.isArray(value), 'must be a list');

type RootSpec = ItemSpec & { readonly itemsOf: string };

function withRoot(draft: Draft, name: string, spec: RootSpec): Draft {
  const { head } = draft;
  // A node before it would see the input with the list, and the list isn't stored there.
  if (draft.nodes.length > 0) throw new InvalidChainError(head.name, name, 'a root map is the first node of its chain');
  const { itemsOf } = spec;
  const withList = z.object({ [itemsOf]: jsonItems });
  const items = ({ run }: Seen): readonly Json[] => withList.parse(run.input)[itemsOf] ?? [];
  const keptInput = (input: Json): Json =>
    Object.fromEntries(Object.entries(fieldsOf(input)).filter(([field]) => field !== itemsOf));
  const withItems = (kept: Json, given: readonly Json[]): Json => ({ ...fieldsOf(kept), [itemsOf]: given });
  const root = { rootItems: name, itemsField: itemsOf, keptInput, withItems };
  return { ...draft, nodes: [mapFrom(head, name, { ...spec, items })], root };
}

function fieldsOf(input: Json): object {
  return typeof input === 'object' && input !== null ? input : {};
}

function definitionOf({ head, nodes, closing, root }: Draft, output: ChainDefinition['output']): ChainDefinition {
  const { name, version, app, input, startForm, listening = {} } = head;
  const hosts = [...nodes, ...closing].flatMap((node) => ('app' in node ? [node.app] : []));
  const apps = Object.fromEntries(
    [...new Set(hosts)].map((each) => [each, { ...USUAL_LISTENING, ...listening[each] }]),
  );
  const stray = Object.keys(listening).find((each) => !(each in apps));
  if (stray !== undefined) throw new InvalidChainError(name, null, `listening: no node belongs to the app "${stray}"`);
  const form = startForm === undefined ? {} : { startForm };
  const definition: ChainDefinition = { name, version, app, input, ...form, nodes, closing, output, apps, ...root };
  checkDefinition(definition);
  return definition;
}
