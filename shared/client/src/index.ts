export type { AnswerOf, RequestOf } from './call-types.ts';
export { type RunStart, TallyClient } from './client.ts';
export type { Connection } from './connection.ts';
export { isTransient, RefusedError, UnexpectedAnswerError, UnreachableError } from './errors.ts';
export type { StartedRun } from './started-run.ts';
export type { WaitOptions } from './wait-for-run.ts';
