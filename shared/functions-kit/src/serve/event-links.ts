import { createHmac, timingSafeEqual } from 'node:crypto';
import type { EventLinks } from '@tally/run-handlers';
import { z } from 'zod';

/** What a link says: it raises this event, with this payload, as long as this round of this node of a run stands, and nothing else. */
export interface LinkedEvent {
  readonly runId: string;
  readonly gen: string;
  /** The node that has made the link, and in which round: one that a rewind has asked again sends other links. */
  readonly node: string;
  readonly since: string;
  readonly event: string;
  /** The payload's JSON text, as it was signed. */
  readonly payload: string;
}

const linkKey = z.string().min(32, 'must have at least 32 characters');

/** Settings of an app that makes links: where intake is to be reached, and the key that it shares with it. */
export const linkSettingsSchema = z.object({
  TALLY_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be the http or https URL under which intake is reached' })
    .transform((url) => url.replace(/\/+$/, '')),
  TALLY_LINK_KEY: linkKey,
});

/** Settings of the app that answers links. */
export const linkKeySchema = z.object({ TALLY_LINK_KEY: linkKey.optional() });

/**
 * Signed links, which work without a key of the API: whoever has one may do what it says. The first event of a name counts, so a link works
 * once; after a rewind that asks anew no more at all.
 */
export function signedLinks({ TALLY_PUBLIC_URL, TALLY_LINK_KEY }: z.output<typeof linkSettingsSchema>): EventLinks {
  return ({ runId, gen, node, since }, event, payload) => {
    const linked: LinkedEvent = { runId, gen, node, since: `${since}`, event, payload: JSON.stringify(payload) };
    const { payload: text } = linked;
    const sig = signatureOf(linked, TALLY_LINK_KEY);
    const query = new URLSearchParams({ gen, node, since: linked.since, payload: text, sig });
    return `${TALLY_PUBLIC_URL}/api/answers/${encodeURIComponent(runId)}/${encodeURIComponent(event)}?${query.toString()}`;
  };
}

/** Whether a link was made with this key and says this. In constant time: a guess learns nothing of how good it is. */
export function isSigned(linked: LinkedEvent, signature: string, key: string): boolean {
  const [given, made] = [Buffer.from(signature), Buffer.from(signatureOf(linked, key))];
  return given.length === made.length && timingSafeEqual(given, made);
}

function signatureOf({ runId, gen, node, since, event, payload }: LinkedEvent, key: string): string {
  // JSON keeps the parts apart, whatever they hold.
  return createHmac('sha256', key)
    .update(JSON.stringify(['tally-answer', runId, gen, node, since, event, payload]))
    .digest('base64url');
}
