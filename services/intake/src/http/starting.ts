import { randomBytes, randomUUID } from 'node:crypto';
import { traceparentSchema } from '@tally/contracts';
import type { Steps } from './context.ts';

/** A run of 200,000 images is started within this: so long what needs a started run waits for it, with a look now and then. */
export const START_PATIENCE_MS = 20_000;
export const START_PAUSE_MS = 200;

/** A new id as Durable makes them: 32 hexadecimal digits. */
export function newRunId(): string {
  return randomUUID().replaceAll('-', '');
}

/**
 * Starts a run within the caller's trace, or a new one: whatever the run does belongs to it. Where nobody listens the trace goes along all the
 * same, for the log.
 * @param given the caller's `traceparent`; what is none is ignored, as the standard asks
 */
export async function startTraced<Value>(
  { telemetry }: Steps,
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
