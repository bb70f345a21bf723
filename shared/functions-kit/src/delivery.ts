import { createHash } from 'node:crypto';
import type { InvocationContext } from '@azure/functions';
import { messageText } from '@tally/contracts';
import type { Delivery } from '@tally/run-steps';
import { z } from 'zod';

const metadataSchema = z.object({
  id: z.string().min(1).max(100).optional().catch(undefined),
  dequeueCount: z.coerce.number().int().min(1).optional().catch(undefined),
  insertionTime: z.coerce.date().optional().catch(undefined),
});

/** Nothing was put before this: Tally wasn't there. */
const FIRST_MESSAGE = Date.UTC(2025, 0, 1);
/** Clocks may be minutes apart; what is further ahead is no time of a message that is here. */
const AHEAD_MS = 3_600_000;

/**
 * What is known of a delivery. I6: the host lets properties of a message's body overwrite what it says itself, so a value that the body may have written isn't
 * believed: with it one message would take another's dead letter, or let its own pass for an old one. The digest of queue and text names such a message. Where the
 * time isn't believed, the letter is of the time of the delivery.
 * @param queue a stage's two queues may hold the same text
 * @param entry the message as the Functions library hands it over
 */
export function deliveryOf(
  queue: string,
  entry: unknown,
  { triggerMetadata }: Pick<InvocationContext, 'triggerMetadata'>,
): Delivery {
  const metadata = metadataSchema.parse(triggerMetadata ?? {});
  // The library has parsed what looks like JSON. What stood there was that text, but for white space, and in foreign messages for numbers
  // that no double holds: those are rounded, or null.
  const body = typeof entry === 'string' ? entry : messageText(entry);
  const writes = writtenBy(entry);
  const put = writes('insertionTime') ? 0 : (metadata.insertionTime?.getTime() ?? 0);
  return {
    body,
    messageId: (writes('id') ? undefined : metadata.id) ?? digestOf(`${queue} ${body}`),
    // At least this one.
    dequeueCount: (writes('dequeueCount') ? undefined : metadata.dequeueCount) ?? 1,
    insertedAt: put >= FIRST_MESSAGE && put <= Date.now() + AHEAD_MS ? put : undefined,
  };
}

/** Whether the body may have overwritten a name of the metadata. The host reads over the case of the letters. */
function writtenBy(entry: unknown): (name: string) => boolean {
  // The host's reader of JSON takes more than the library's, such as names in single quotes.
  if (typeof entry === 'string') return () => entry.includes('{');
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return () => false;
  const names = new Set(Object.keys(entry).map(folded));
  return (name) => names.has(folded(name));
}

/** Up, then down: some letters meet only so. */
function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}

/** 32 of SHA-256's 64 digits: no two texts are found that share them. */
function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
