import type { PoolHealth } from './detector/detector-pool.ts';

export interface HealthResponse {
  readonly status: 200 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly jsonBody: PoolHealth & { readonly status: 'ready' | 'starting' };
}

/** Ready as soon as one worker is: it would answer. */
export function handleHealth(health: PoolHealth): HealthResponse {
  const ready = health.ready > 0;
  return {
    status: ready ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
    jsonBody: { status: ready ? 'ready' : 'starting', ...health },
  };
}
