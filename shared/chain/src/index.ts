export * from './define/index.ts';
export * from './graph/index.ts';
export * from './handlers/index.ts';
export * from './happiness.ts';
export { hostJsonOf } from './host-json.ts';
export * from './image-url.ts';
export type * from './listening.ts';
