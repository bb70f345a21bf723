import { randomBytes, randomUUID } from 'node:crypto';
import { traceparentSchema } from '@tally/contracts';

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
