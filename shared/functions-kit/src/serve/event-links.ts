import { createHmac, timingSafeEqual } from 'node:crypto';
import type { EventLinks } from '@tally/run-handlers';
import * as z from 'zod';

/**
 * The content of a link. It raises this event with this payload, only while this round of this node of the
 * run is current.
 */
export interface LinkedEvent {
  readonly runId: string;
  readonly generation: string;
  /** The node that made the link, and its round. A node that a rewind has opened again sends other links. */
  readonly node: string;
  readonly since: string;
  readonly event: string;
  /** The payload's JSON text, exactly as it was signed. */
  readonly payload: string;
}

const linkKey = z.string().min(32, 'must have at least 32 characters');

/** Settings of an app that makes links: the address of intake, and the key that both share. */
export const linkSettingsSchema = z.object({
  TALLY_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be the http or https URL under which intake is reached' })
    .transform((url) => url.replace(/\/+$/, '')),
  TALLY_LINK_KEY: linkKey,
});

/** Settings of the app that answers links. */
export const linkKeySchema = z.object({ TALLY_LINK_KEY: linkKey.optional() });

/**
 * Makes signed links, which work without a key of the API: everyone who has a link may do what it says. The
 * first event of a name counts, so a link works once. After a rewind that asks again it no longer works.
 */
export function signedLinks({ TALLY_PUBLIC_URL, TALLY_LINK_KEY }: z.output<typeof linkSettingsSchema>): EventLinks {
  return ({ runId, generation, node, since }, event, payload) => {
    const linked: LinkedEvent = { runId, generation, node, since: `${since}`, event, payload: JSON.stringify(payload) };
    const { payload: text } = linked;
    const sig = signatureOf(linked, TALLY_LINK_KEY);
    const query = new URLSearchParams({ gen: generation, node, since: linked.since, payload: text, sig });
    return `${TALLY_PUBLIC_URL}/api/answers/${encodeURIComponent(runId)}/${encodeURIComponent(event)}?${query.toString()}`;
  };
}

/**
 * Tells whether a link was signed with this key and has this content. The comparison takes constant time, so
 * a guess learns nothing about how close it is.
 */
export function isSigned(linked: LinkedEvent, signature: string, key: string): boolean {
  const [given, made] = [Buffer.from(signature), Buffer.from(signatureOf(linked, key))];
  return given.length === made.length && timingSafeEqual(given, made);
}

function signatureOf({ runId, generation, node, since, event, payload }: LinkedEvent, key: string): string {
  // JSON keeps the parts apart, whatever they contain.
  return createHmac('sha256', key)
    .update(JSON.stringify(['tally-answer', runId, generation, node, since, event, payload]))
    .digest('base64url');
}
