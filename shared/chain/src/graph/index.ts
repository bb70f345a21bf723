export type * from './definition.ts';
export * from './seen.ts';
export * from './seen-by.ts';
