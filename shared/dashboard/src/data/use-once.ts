import { type Polled, usePolled } from './poll.ts';

/** Fetches something once for each name, and again on request. */
export function useOnce<Value>(name: string, fetchIt: (signal: AbortSignal) => Promise<Value>): Polled<Value> {
  return usePolled<Value>(
    name,
    (_, signal) => fetchIt(signal),
    () => null,
  );
}
