import type { PoolHealth } from './detector/detector-pool.ts';

export interface HealthResponse {
  readonly status: 200 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly jsonBody: Omit<PoolHealth, 'lastFailure'> & { readonly status: 'ready' | 'starting' };
}

/**
 * Reports ready as soon as one worker is: it would answer. Why a worker ended stays in the log, because
 * anyone may call this.
 */
export function handleHealth({ workers, ready, queued, admitted, capacity }: PoolHealth): HealthResponse {
  const answers = ready > 0;
  return {
    status: answers ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
    jsonBody: { status: answers ? 'ready' : 'starting', workers, ready, queued, admitted, capacity },
  };
}
