import { AsyncLocalStorage } from 'node:async_hooks';
import type { About } from '@tally/run-steps';

/** What the current work is about. */
export interface TraceScope {
  /** For each line of the log. It includes `traceId` and `spanId` as far as they are known. */
  readonly about: About;
  /** The current span, for its children and for messages sent within it. Absent where telemetry is off. */
  readonly traceparent?: string | undefined;
}

const scopes = new AsyncLocalStorage<TraceScope>();

export function currentScope(): TraceScope | undefined {
  return scopes.getStore();
}

/** Runs the work within a scope. What an outer scope is about stays known. */
export function inScope<Value>(scope: TraceScope, work: () => Promise<Value>): Promise<Value> {
  return scopes.run({ ...scope, about: { ...currentScope()?.about, ...scope.about } }, work);
}

/** The ids in a W3C traceparent, under the names that logs use. */
export function traceIdsOf(traceparent: string | undefined): About {
  const [, traceId, spanId] = traceparent?.split('-') ?? [];
  return traceId === undefined || spanId === undefined ? {} : { traceId, spanId };
}
