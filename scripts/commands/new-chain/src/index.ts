export { type LaidOut, layOutChain, repository } from './lay-out.ts';
export { makeReady } from './make-ready.ts';
export { nextSteps } from './next-steps.ts';
