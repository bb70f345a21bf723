import type { RunStatusBody } from '@tally/api';
import { call } from './call.ts';

export interface RunLook {
  readonly status: RunStatusBody;
  readonly etag: string | null;
}

/** Reads a run's status. An unchanged status costs one line. */
export async function lookAtRun(id: string, before: RunLook | undefined, signal: AbortSignal): Promise<RunLook> {
  const known = before?.etag ?? null;
  const answer = await call('getRun', {
    params: { id },
    query: { showInput: false },
    signal,
    ...(known !== null && { headers: { 'if-none-match': known } }),
  });
  if (answer.status !== 304) return { status: answer.body, etag: answer.headers.get('etag') };
  if (before !== undefined) return before;
  throw new Error('Unchanged since nothing was known.');
}
