import { type Exchange, growthOf } from '@tally/testing';
import { countByName } from './counted.ts';

export interface CountedRequests {
  readonly requests: number;
  readonly readsOfRun: number;
  readonly withTime: number;
  /** The requests counted in `requests`, by operation and target. */
  readonly byOperation: Readonly<Record<string, number>>;
}

/** Groups the requests of a run by what their number grows with. */
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
