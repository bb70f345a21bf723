export * from './define/index.ts';
export * from './graph/index.ts';
export * from './handlers/index.ts';
export { hostJsonOf } from './host-json.ts';
export type * from './listening.ts';
