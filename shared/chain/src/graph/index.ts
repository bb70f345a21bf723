export { chartOf } from './chart-of.ts';
export type * from './definition.ts';
export * from './lanes.ts';
export * from './nodes.ts';
export * from './seen.ts';
