export { chartOf } from './chart-of.ts';
export type * from './definition.ts';
export * from './seen.ts';
export * from './seen-by.ts';
