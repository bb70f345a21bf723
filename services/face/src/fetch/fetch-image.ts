import type { IncomingMessage } from 'node:http';
import { FaceError, imageHostFailure, invalidUrl } from '../contract/face-error.ts';
import { acceptedTypes } from '../detector/image-format.ts';
import { connectorOf } from './connector.ts';
import { sendGet } from './exchange.ts';
import { readLimited } from './limited-body.ts';
import { mayPass, passingStatus } from './passing-failures.ts';
import { type Resolve, resolveBySystem, resolveTarget, type Target } from './target.ts';

/** Enough for http to https, a bare domain to www, and one more; the issue of a chain of redirects is its last link. */
const maxRedirects = 3;

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

export interface FetchRules {
  /** `host:port` pairs that may be fetched though their address isn't public. */
  readonly allowHosts: ReadonlySet<string>;
  /** For all of it: names, connections, redirects, body. */
  readonly timeoutMs: number;
  readonly resolve?: Resolve;
}

/**
 * Downloads an image that a caller named, without becoming the caller's hand in our own network: every hop's address is
 * resolved and checked first and the connection is pinned to what was checked, so a name can't answer differently in between.
 * A proxy of the environment is asked for the checked address. No cookie or credential is sent.
 *
 * @returns the bytes, at most 6 MB
 * @throws FaceError InvalidURL or InvalidImageSize, or the code of a failure of the image's host that may pass; the signal's reason when the caller hung up
 */
export async function fetchImage(text: string, rules: FetchRules, signal?: AbortSignal): Promise<Uint8Array> {
  const deadline = AbortSignal.timeout(rules.timeoutMs);
  const stop = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
  try {
    return await followRedirects(text, rules, stop);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof FaceError) throw error;
    if (deadline.aborted) {
      const reason = `The download took longer than ${rules.timeoutMs / 1000} seconds.`;
      throw imageHostFailure('ImageHostTimeout', reason, { cause: error });
    }
    const reason = 'An error occurred while sending the request.';
    throw mayPass(error)
      ? imageHostFailure('ImageHostUnreachable', reason, { cause: error })
      : invalidUrl(reason, error);
  }
}

async function followRedirects(text: string, rules: FetchRules, stop: AbortSignal): Promise<Uint8Array> {
  let next = text;
  let base: URL | undefined;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    // The resolver can't be interrupted: don't wait for it beyond the deadline.
    const target = await unlessAborted(
      resolveTarget(next, base, rules.allowHosts, rules.resolve ?? resolveBySystem),
      stop,
    );
    const answer = await download(target, stop);
    if (answer.kind === 'image') return answer.bytes;
    next = answer.location;
    base = target.url;
  }
  throw invalidUrl(`More than ${maxRedirects} redirects.`);
}

type Answer =
  | { readonly kind: 'image'; readonly bytes: Uint8Array }
  | { readonly kind: 'redirect'; readonly location: string };

async function download(target: Target, stop: AbortSignal): Promise<Answer> {
  const headers = { accept: acceptedTypes, 'accept-encoding': 'identity', 'user-agent': 'tally-face' };
  const response = await sendGet(target.url, connectorOf(target, stop), headers, stop);
  try {
    return await readAnswer(response);
  } finally {
    // Also cuts a body that nobody reads on.
    response.destroy();
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  // Cut in `download` when it isn't wanted; that may come up as an error event.
  response.on('error', () => undefined);
  const { statusCode = 0, headers } = response;
  if (redirectStatuses.has(statusCode)) {
    if (headers.location === undefined) throw invalidUrl('A redirect without a location.');
    return { kind: 'redirect', location: headers.location };
  }
  // 203: a proxy on the way has changed it.
  if (statusCode === 200 || statusCode === 203) return { kind: 'image', bytes: await readLimited(response) };
  throw (
    passingStatus(statusCode, headers['retry-after'], Date.now()) ??
    invalidUrl(`Response status code does not indicate success: ${statusCode}.`)
  );
}

async function unlessAborted<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(stop.reason);
  // The race takes up what the work throws, too: thrown to nobody it would end the process.
  if (stop.aborted) onAbort();
  stop.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    stop.removeEventListener('abort', onAbort);
  }
}
