export type { ChainBuilder, DefinedChain, InputOf, OutputOf } from './builder.ts';
export { NODES_MAX, TIMEOUT_MAX_MS } from './check-definition.ts';
export { OWN_LISTENING } from './defaults.ts';
export { defineChain } from './define-chain.ts';
export { type HandlerOf, type HandlersOf, type HandlerTable, handlersFor, type RunHandler } from './handlers-for.ts';
export { InvalidChainError } from './invalid-chain.ts';
export type { JsonLike } from './json-like.ts';
export type { ChainHead, RetryOptions } from './options.ts';
export type { Nodes } from './seen-types.ts';
