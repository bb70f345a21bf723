export type * from './declaration.ts';
export { stagesOf } from './declaration.ts';
export * from './define/index.ts';
export * from './derive.ts';
export * from './face-happiness.ts';
export * from './graph/index.ts';
export * from './handlers/index.ts';
export * from './happiness.ts';
export { pictureOf } from './picture.ts';
