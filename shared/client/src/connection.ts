import { UnreachableError } from './errors.ts';

/** The address of a Tally, and how to call it. */
export interface Connection {
  /** Without `/api`, e.g. `http://127.0.0.1:7071`. */
  readonly baseUrl: string;
  /** Sent as a header to the base URL's origin, and nowhere else. */
  readonly key?: string | undefined;
  /**
   * A call that takes longer counts as unanswered. Default 100 s: a start of 200,000 images takes tens of
   * seconds.
   */
  readonly callMs?: number | undefined;
  /** Cancels every call; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

const CALL_MS = 100_000;

/** An answer that has arrived completely. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** @throws UnreachableError when no answer comes, or a signal's reason */
export async function fetchAnswer(connection: Connection, url: string, init: RequestInit): Promise<RawAnswer> {
  const interrupts = [connection.signal, init.signal].filter((signal) => signal instanceof AbortSignal);
  const signal = AbortSignal.any([...interrupts, AbortSignal.timeout(connection.callMs ?? CALL_MS)]);
  const headers = new Headers(init.headers);
  const { origin } = new URL(url);
  if (connection.key !== undefined && origin === new URL(connection.baseUrl).origin)
    headers.set('x-functions-key', connection.key);
  try {
    // A redirect would carry the key to wherever it leads.
    const response = await fetch(url, { ...init, headers, signal, redirect: 'manual' });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (cause) {
    for (const interrupt of interrupts) interrupt.throwIfAborted();
    throw new UnreachableError(`${origin} doesn't answer`, { cause });
  }
}
