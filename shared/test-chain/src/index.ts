export type { NodeStanding, NodeStatus, TestStatus } from './runs/run-status.ts';
export { type TestFile, TestRun } from './runs/test-run.ts';
export { type ChainTest, type TestOptions, type TestStart, testChain } from './test-chain.ts';
export type { CrashPoint } from './world/crash.ts';
export { runFunction, type Source, type Tries } from './world/function-of.ts';
export type { Call } from './world/recorded-calls.ts';
