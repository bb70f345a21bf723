import { type BlobRef, FatalError, type Handler, RetryAfterError } from '@tally/chain';
import type { Loudness, MediaInput, Metadata, Notified } from '@tally/chains';
import { withoutSecrets } from '@tally/contracts';
import { FetchError, type PostAnswer, postText } from '@tally/guarded-fetch';
import { cloudEvent } from './cloud-event.ts';
import type { Webhook } from './webhook.ts';

export interface MediaReady {
  readonly source: MediaInput;
  readonly library: BlobRef;
  readonly type: string;
  readonly metadata: Metadata;
  readonly web: BlobRef;
  readonly thumbnail: BlobRef;
  readonly loudness: Loudness;
}

const TIMEOUT_MS = 20_000;

/**
 * Tells the webhook that a file is ready, at least once and always under the same id. Without a webhook it
 * sends nothing, and says so.
 */
export function notifyWebhook(webhook: Webhook | undefined): Handler<MediaReady, Notified> {
  return async ({ input, run, key, signal, log }) => {
    if (webhook === undefined) {
      log.info({}, 'no webhook is set (TALLY_WEBHOOK_URL): no event was sent');
      return { id: key, sent: false };
    }
    const { source } = input;
    const data = { ...input, source: 'url' in source ? { url: withoutSecrets(source.url) } : source };
    const event = cloudEvent({ id: key, run, subject: input.library.name, data }, webhook.secret);
    const rules = { allowHosts: webhook.allowHosts, timeoutMs: TIMEOUT_MS, userAgent: 'tally-media' };
    let answer: PostAnswer;
    try {
      answer = await postText(webhook.url, event, rules, signal);
    } catch (error) {
      if (!(error instanceof FetchError) || error.mayPass) throw error;
      throw new FatalError('WebhookRefused', `the webhook can't be called: ${error.message}`, { cause: error });
    }
    checkTaken(answer);
    return { id: key, sent: true };
  };
}

/**
 * @throws FatalError WebhookRefused for a permanent refusal; RetryAfterError or Error for one that may pass
 */
function checkTaken({ status, retryAfterSeconds }: PostAnswer): void {
  if (status >= 200 && status < 300) return;
  const message = `the webhook answered ${status}`;
  const isFinal = status >= 300 && status < 500 && status !== 408 && status !== 429;
  if (isFinal) throw new FatalError('WebhookRefused', message);
  if (retryAfterSeconds === undefined || retryAfterSeconds === 0) throw new Error(message);
  throw new RetryAfterError('WebhookBusy', message, `${retryAfterSeconds}s`);
}
