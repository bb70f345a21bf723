import type { IncomingMessage } from 'node:http';
import { connectorOf } from './connector.ts';
import { Deadline, type FetchRules } from './deadline.ts';
import { sendRequest } from './exchange.ts';
import { refused } from './fetch-error.ts';
import { readLimited, streamLimited } from './limited-body.ts';
import { passingStatus } from './passing-failures.ts';
import { resolveBySystem, resolveTarget, type Target } from './target.ts';

/**
 * Enough for http to https, a bare domain to www, and one more. The result of a chain of redirects is its
 * last link.
 */
const maxRedirects = 3;

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

export interface DownloadRules extends FetchRules {
  /** The wanted media types, in the form of `Accept`. */
  readonly accept: string;
  readonly maxBytes: number;
}

export interface Download {
  /** The host's name for it, or empty if it gives none. A host may say anything. */
  readonly contentType: string;
  /**
   * The body leaves no connection open when it is read to its end or broken off. If it is never read, it is
   * cut at the deadline.
   */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Downloads what a caller named, without giving the caller access to our own network. Every hop's address is
 * first resolved and checked. The connection is pinned to the checked address, so a name can't resolve
 * differently in between. A proxy of the environment is asked for the checked address. No cookie or
 * credential is sent.
 *
 * @returns the bytes, at most `maxBytes`
 * @throws FetchError
 */
export async function downloadWhole(text: string, rules: DownloadRules): Promise<Uint8Array> {
  const deadline = new Deadline(rules.timeoutMs);
  try {
    const response = await followRedirects(text, rules, deadline);
    try {
      return await readLimited(response, rules.maxBytes);
    } finally {
      // This also cuts a body that isn't read further.
      response.destroy();
    }
  } catch (error) {
    throw deadline.failureOf(error);
  }
}

/**
 * The same as a stream, for bodies too large for memory. A body that is too long, cut or late throws while it
 * is read.
 * @throws FetchError; the signal's reason if the caller hung up
 */
export async function downloadStream(text: string, rules: DownloadRules, signal?: AbortSignal): Promise<Download> {
  const deadline = new Deadline(rules.timeoutMs, signal);
  try {
    const response = await followRedirects(text, rules, deadline);
    try {
      const body = streamLimited(response, rules.maxBytes);
      return { contentType: response.headers['content-type'] ?? '', body: readToTheEnd(response, body, deadline) };
    } catch (error) {
      response.destroy();
      throw error;
    }
  } catch (error) {
    throw deadline.failureOf(error);
  }
}

async function* readToTheEnd(
  response: IncomingMessage,
  body: AsyncIterable<Uint8Array>,
  deadline: Deadline,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* body;
  } catch (error) {
    throw deadline.failureOf(error);
  } finally {
    response.destroy();
  }
}

async function followRedirects(text: string, rules: DownloadRules, deadline: Deadline): Promise<IncomingMessage> {
  let next = text;
  let base: URL | undefined;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    // The resolver can't be interrupted, so don't wait for it beyond the deadline.
    const target = await deadline.race(resolveTarget(next, base, rules.allowHosts, rules.resolve ?? resolveBySystem));
    const response = await ask(target, rules, deadline.stop);
    try {
      const location = redirectOf(response);
      if (location === undefined) return response;
      next = location;
    } catch (error) {
      response.destroy();
      throw error;
    }
    response.destroy();
    base = target.url;
  }
  throw refused(`More than ${maxRedirects} redirects.`);
}

async function ask(target: Target, { accept, userAgent }: DownloadRules, stop: AbortSignal): Promise<IncomingMessage> {
  const headers = { accept, 'accept-encoding': 'identity', 'user-agent': userAgent };
  const response = await sendRequest(target.url, connectorOf(target, stop), { method: 'GET', headers }, stop);
  // The response is cut when it isn't wanted, which may raise an error event.
  response.on('error', () => undefined);
  return response;
}

/** Where the answer redirects to, or undefined if it is the final answer. */
function redirectOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  if (redirectStatuses.has(statusCode)) {
    if (headers.location === undefined) throw refused('A redirect without a location.');
    return headers.location;
  }
  // 203: a proxy on the way has changed the answer.
  if (statusCode === 200 || statusCode === 203) return undefined;
  throw (
    passingStatus(statusCode, headers['retry-after'], Date.now()) ??
    refused(`Response status code does not indicate success: ${statusCode}.`)
  );
}
