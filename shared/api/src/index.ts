export * from './chain-bodies.ts';
export { openApiDocument } from './open-api.ts';
export type * from './operation.ts';
export { EVENT_MAX_BYTES, SMALL_BODY_MAX_BYTES } from './operations/controlling.ts';
export { operations } from './operations.ts';
export { type Problem, problemSchema } from './problem.ts';
export { type Misfit, misfitsOf, readQuery } from './read-query.ts';
export * from './run-bodies.ts';
export * from './start-body.ts';
