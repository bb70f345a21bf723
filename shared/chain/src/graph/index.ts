export type * from './definition.ts';
export * from './seen.ts';
