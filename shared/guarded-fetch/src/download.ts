import type { IncomingMessage } from 'node:http';
import { connectorOf } from './connector.ts';
import { Deadline, type FetchRules } from './deadline.ts';
import { sendRequest } from './exchange.ts';
import { refused } from './fetch-error.ts';
import { readLimited, streamLimited } from './limited-body.ts';
import { passingStatus } from './passing-failures.ts';
import { resolveBySystem, resolveTarget, type Target } from './target.ts';

/** Enough for http to https, a bare domain to www, and one more; the issue of a chain of redirects is its last link. */
const maxRedirects = 3;

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

export interface DownloadRules extends FetchRules {
  /** The media types that are wanted, as `Accept` says it. */
  readonly accept: string;
  readonly maxBytes: number;
}

export interface Download {
  /** As the host calls it; empty where it says nothing. A host may say anything. */
  readonly contentType: string;
  /** Read to its end or broken off, it leaves no connection open; one that nobody reads is cut at the deadline. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Downloads what a caller named, without becoming the caller's hand in our own network: every hop's address is
 * resolved and checked first and the connection is pinned to what was checked, so a name can't answer differently in between.
 * A proxy of the environment is asked for the checked address. No cookie or credential is sent.
 *
 * @returns the bytes, at most `maxBytes`
 * @throws FetchError; the signal's reason when the caller hung up
 */
export async function downloadWhole(text: string, rules: DownloadRules, signal?: AbortSignal): Promise<Uint8Array> {
  const deadline = new Deadline(rules.timeoutMs, signal);
  try {
    const response = await followRedirects(text, rules, deadline);
    try {
      return await readLimited(response, rules.maxBytes);
    } finally {
      // Also cuts a body that nobody reads on.
      response.destroy();
    }
  } catch (error) {
    throw deadline.failureOf(error);
  }
}

/**
 * The same as a stream, for what is too large for memory: a body that is too long, cut or late throws while it is read.
 * @throws FetchError; the signal's reason when the caller hung up
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
    // The resolver can't be interrupted: don't wait for it beyond the deadline.
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
  // It is cut when it isn't wanted; that may come up as an error event.
  response.on('error', () => undefined);
  return response;
}

/** Where the answer leads on to; undefined when it is the answer. */
function redirectOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  if (redirectStatuses.has(statusCode)) {
    if (headers.location === undefined) throw refused('A redirect without a location.');
    return headers.location;
  }
  // 203: a proxy on the way has changed it.
  if (statusCode === 200 || statusCode === 203) return undefined;
  throw (
    passingStatus(statusCode, headers['retry-after'], Date.now()) ??
    refused(`Response status code does not indicate success: ${statusCode}.`)
  );
}
