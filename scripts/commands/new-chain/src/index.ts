export { type LaidOut, layOutChain } from './lay-out.ts';
export { makeReady } from './make-ready.ts';
export { nextSteps } from './next-steps.ts';
