import { randomBytes, randomUUID } from 'node:crypto';
import { traceparentSchema } from '@tally/contracts';

/** A run of 200,000 images is started within this: so long what needs a started run waits for it, with a look now and then. */
export const START_PATIENCE_MS = 20_000;
export const START_PAUSE_MS = 200;

/** A new id as Durable makes them: 32 hexadecimal digits. */
export function newRunId(): string {
  return randomUUID().replaceAll('-', '');
}

/** The caller's trace, or a new one: whatever the run does belongs to it. */
export function traceparentOf(given: string | undefined): string {
  const parsed = traceparentSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}
