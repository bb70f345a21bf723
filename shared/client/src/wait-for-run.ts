import { setTimeout as sleep } from 'node:timers/promises';
import { operations, type RunStatusBody } from '@tally/api';
import { isTerminal } from '@tally/contracts';
import { callAt, retryAfterMs } from './call.ts';
import type { Connection } from './connection.ts';
import { isTransient, RefusedError } from './errors.ts';

export interface WaitOptions {
  /** Ends the wait, not the run; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the status after every read. */
  readonly onProgress?: ((status: RunStatusBody) => void) | undefined;
  /**
   * Limits of the pause between two reads, in milliseconds. `Retry-After` sets the pause within them. The
   * default is 0.5 s to 10 s: shorter pauses show a person nothing new, and after ten seconds it seems to
   * hang.
   */
  readonly pauseMs?: { readonly least: number; readonly most: number } | undefined;
  /**
   * How long the API may be unavailable, in milliseconds. Default 30 s: an app that ended by itself is back
   * by then.
   */
  readonly patienceMs?: number | undefined;
}

const PAUSE_MS = { least: 500, most: 10_000 };
const PATIENCE_MS = 30_000;

/**
 * Waits until a run has ended. It asks for an unchanged status by its ETag, which costs a fraction.
 * @param statusUri the `statusQueryGetUri` of a start's answer
 * @throws RefusedError when there is no such run; UnreachableError when the API is unavailable for too long;
 * the signal's reason
 */
export async function waitForRun(
  connection: Connection,
  statusUri: string,
  { signal, onProgress, pauseMs = PAUSE_MS, patienceMs = PATIENCE_MS }: WaitOptions = {},
): Promise<RunStatusBody> {
  let answeredAt = Date.now();
  let latest: Look | undefined;
  for (;;) {
    signal?.throwIfAborted();
    let pause: number | null;
    try {
      latest = await look(connection, statusUri, latest, signal);
      answeredAt = Date.now();
      onProgress?.(latest.status);
      if (isTerminal(latest.status.runtimeStatus)) return latest.status;
      pause = latest.retryAfterMs;
    } catch (error) {
      if (!isTransient(error) || Date.now() - answeredAt > patienceMs) throw error;
      pause = error instanceof RefusedError ? error.retryAfterMs : null;
    }
    await rest(Math.min(Math.max(pause ?? 0, pauseMs.least), pauseMs.most), signal);
  }
}

interface Look {
  readonly status: RunStatusBody;
  readonly etag: string | null;
  readonly retryAfterMs: number | null;
}

async function look(
  connection: Connection,
  statusUri: string,
  before: Look | undefined,
  signal: AbortSignal | undefined,
): Promise<Look> {
  const known = before?.etag ?? null;
  const headers = known === null ? {} : { 'if-none-match': known };
  const answer = await callAt(connection, operations.getRun, statusUri, { headers, signal });
  const pause = retryAfterMs(answer.headers);
  // 304 can only answer a request that sent an ETag.
  if (answer.status !== 304) return { status: answer.body, etag: answer.headers.get('etag'), retryAfterMs: pause };
  if (before !== undefined) return { ...before, retryAfterMs: pause };
  return await look(connection, statusUri, undefined, signal);
}

async function rest(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
