import { randomBytes, randomUUID } from 'node:crypto';
import { traceparentSchema } from '@tally/contracts';
import type { StepContext } from '@tally/run-steps';

/**
 * A run of 200,000 images is started within this time. Operations that need a started run wait this long, and
 * check now and then.
 */
export const START_PATIENCE_MS = 20_000;
export const START_PAUSE_MS = 200;

/** Makes a new id in Durable's form: 32 hexadecimal digits. */
export function newRunId(): string {
  return randomUUID().replaceAll('-', '');
}

/**
 * Starts a run within the caller's trace, or within a new one. All work of the run belongs to it. Without an
 * exporter the trace is still passed along, for the log.
 * @param given the caller's `traceparent`; an invalid one is ignored, as the standard requires
 */
export async function startTraced<Value>(
  { telemetry }: StepContext,
  runId: string,
  given: string | undefined,
  start: (traceparent: string) => Promise<Value>,
): Promise<Value> {
  const caller = traceparentSchema.safeParse(given).data;
  return await telemetry.span('intake http', caller, { run: runId, stage: 'intake' }, () =>
    start(telemetry.traceparent() ?? caller ?? newTraceparent()),
  );
}

function newTraceparent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}
