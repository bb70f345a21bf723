import {
  type ChainDefinition,
  type HandlerTable,
  InvalidChainError,
  type RunHandler,
  workedNodesOf,
} from '@tally/chain';

/**
 * What a test may give as handlers: those of each node, or the results of `handlersFor` in the chain's apps.
 */
export type GivenHandlers = Readonly<Record<string, RunHandler>> | HandlerTable | readonly HandlerTable[];

/**
 * The handlers of a chain, by app.
 * @throws InvalidChainError if one is missing, or belongs to no node
 */
export function tablesOf(chain: ChainDefinition, given: GivenHandlers): readonly HandlerTable[] {
  const tables = isList(given) ? given : isTable(given) ? [given] : [{ chain, app: chain.app, handlers: given }];
  const own = tables.filter((table) => table.chain.name === chain.name && table.chain.version === chain.version);
  const worked = workedNodesOf(chain);
  const missing = worked.find(({ name }) => !own.some(({ handlers }) => Object.hasOwn(handlers, name)));
  if (missing !== undefined) throw new InvalidChainError(chain.name, missing.name, 'the test gives it no handler');
  const extra = own
    .flatMap(({ handlers }) => Object.keys(handlers))
    .find((name) => !worked.some((node) => node.name === name));
  if (extra !== undefined)
    throw new InvalidChainError(chain.name, extra, 'the test gives it a handler, but it takes none');
  // One table per chain, because a node's handler is found by its chain. Which app has it makes no difference
  // here.
  return [
    { chain, app: chain.app, handlers: Object.fromEntries(own.flatMap(({ handlers }) => Object.entries(handlers))) },
  ];
}

function isList(given: GivenHandlers): given is readonly HandlerTable[] {
  return Array.isArray(given);
}

function isTable(given: Exclude<GivenHandlers, readonly HandlerTable[]>): given is HandlerTable {
  return typeof given['chain'] === 'object'; // a handler of a node "chain" would be a function
}
