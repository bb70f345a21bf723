import { StartError } from '@tally/start';

/** Fires when a demo takes longer than any machine needs. The demo then hangs, and the error says so. */
export function guard(ms: number): AbortSignal {
  const late = new AbortController();
  const error = new StartError(`The demo did not end within ${Math.round(ms / 1000)} s.`);
  setTimeout(() => late.abort(error), ms).unref();
  return late.signal;
}
