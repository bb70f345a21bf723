import { createHmac } from 'node:crypto';
import type { Json } from '@tally/contracts';

/** For a request whose body is a complete event (CloudEvents 1.0, HTTP binding, structured mode). */
const CONTENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/** HMAC-SHA256 of the body with the webhook's secret, as `sha256=<hex>`. */
const SIGNATURE_HEADER = 'tally-signature-256';

export interface EventFacts {
  /** The same for every try. A receiver uses it, together with the source, to drop repeats. */
  readonly id: string;
  readonly run: { readonly id: string; readonly chain: string };
  readonly subject: string;
  readonly data: Json;
}

export interface SignedEvent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Builds the request that carries an event. Each try of the same event sends the same bytes. */
export function cloudEvent({ id, run, subject, data }: EventFacts, secret: string | undefined): SignedEvent {
  const source = `/chains/${encodeURIComponent(run.chain)}/runs/${encodeURIComponent(run.id)}`;
  const type = 'io.tally.media.ready';
  const body = JSON.stringify({
    specversion: '1.0',
    id,
    source,
    type,
    subject,
    datacontenttype: 'application/json',
    data,
  });
  const signature = secret === undefined ? undefined : createHmac('sha256', secret).update(body).digest('hex');
  return {
    headers: { 'content-type': CONTENT_TYPE, ...(signature && { [SIGNATURE_HEADER]: `sha256=${signature}` }) },
    body,
  };
}
