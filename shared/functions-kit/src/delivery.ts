import { createHash } from 'node:crypto';
import type { InvocationContext } from '@azure/functions';
import { messageText } from '@tally/contracts';
import type { Delivery } from '@tally/run-steps';
import * as z from 'zod';

const metadataSchema = z.object({
  id: z.string().min(1).max(100).optional().catch(undefined),
  dequeueCount: z.coerce.number().int().min(1).optional().catch(undefined),
  insertionTime: z.coerce.date().optional().catch(undefined),
});

/** No message is older than this: Tally didn't exist before. */
const FIRST_MESSAGE = Date.UTC(2025, 0, 1);
/** Clocks may differ by minutes. A time further ahead can't be the time of a message that is already here. */
const AHEAD_MS = 3_600_000;

/**
 * What is known about a delivery.
 *
 * I6: the host lets properties of a message's body overwrite its own metadata. So a value that the body may
 * have written isn't believed. Otherwise a message could take another's dead letter, or let its own pass for
 * an old one. Such a message is identified by the digest of its queue and text. Where the insertion time
 * isn't believed, the letter gets the time of the delivery.
 * @param queue needed because a stage's two queues may hold the same text
 * @param entry the message as the Functions library passes it
 */
export function deliveryOf(
  queue: string,
  entry: unknown,
  { triggerMetadata }: Pick<InvocationContext, 'triggerMetadata'>,
): Delivery {
  const metadata = metadataSchema.parse(triggerMetadata ?? {});
  // The library has parsed whatever looks like JSON. The original text was the same except for white space.
  // In foreign messages it may also differ in numbers that don't fit a double: those are rounded, or null.
  const body = typeof entry === 'string' ? entry : messageText(entry);
  const writes = writtenBy(entry);
  const put = writes('insertionTime') ? 0 : (metadata.insertionTime?.getTime() ?? 0);
  return {
    body,
    messageId: (writes('id') ? undefined : metadata.id) ?? digestOf(`${queue} ${body}`),
    // This delivery is at least the first.
    dequeueCount: (writes('dequeueCount') ? undefined : metadata.dequeueCount) ?? 1,
    insertedAt: put >= FIRST_MESSAGE && put <= Date.now() + AHEAD_MS ? put : undefined,
  };
}

/** Tells whether the body may have overwritten a name of the metadata. The host ignores the case of names. */
function writtenBy(entry: unknown): (name: string) => boolean {
  // The host's JSON reader accepts more than the library's, such as names in single quotes.
  if (typeof entry === 'string') return () => entry.includes('{');
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return () => false;
  const names = new Set(Object.keys(entry).map(folded));
  return (name) => names.has(folded(name));
}

/** First to upper case, then to lower: some letters match only that way. */
function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}

/** 32 of SHA-256's 64 digits: still too many to find two texts that share them. */
function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
