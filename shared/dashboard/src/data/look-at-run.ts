import type { RunStatusBody } from '@tally/api';
import { call } from './call.ts';
import { ifChanged, unchanged } from './if-changed.ts';

export interface RunLook {
  readonly status: RunStatusBody;
  readonly etag: string | null;
}

/** Reads a run's status. An unchanged status costs one line. */
export async function lookAtRun(id: string, before: RunLook | undefined, signal: AbortSignal): Promise<RunLook> {
  const answer = await call('getRun', {
    params: { id },
    query: { showInput: false },
    signal,
    ...ifChanged(before),
  });
  if (answer.status === 304) return unchanged(before);
  return { status: answer.body, etag: answer.headers.get('etag') };
}
