import { type Exchange, growthOf } from '@tally/testing';
import { countByName } from './counted.ts';

export interface CountedRequests {
  readonly requests: number;
  readonly readsOfRun: number;
  readonly withTime: number;
  /** Those that are `requests`, by what is done to what. */
  readonly byOperation: Readonly<Record<string, number>>;
}

/** Sorts what went over the wire during a run by what its number grows with. */
export function countRequests(exchanges: readonly Exchange[], runId: string): CountedRequests {
  const groups = Map.groupBy(exchanges, (exchange) => growthOf(exchange, runId));
  const work = groups.get('work') ?? [];
  return {
    requests: work.length,
    readsOfRun: groups.get('run-reads')?.length ?? 0,
    withTime: groups.get('time')?.length ?? 0,
    byOperation: countByName(work, ({ operation, target }) => `${operation} ${target}`),
  };
}
