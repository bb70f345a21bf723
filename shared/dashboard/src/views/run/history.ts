import type { HistoryEvent, RunStatusBody } from '@tally/api';
import { call } from '../../data/call.ts';

/** The timeline of a run, with the inputs and results of tasks. */
export async function fetchHistory(id: string, signal: AbortSignal): Promise<readonly HistoryEvent[]> {
  const answer = await call('getRun', {
    params: { id },
    query: { showInput: true, showHistory: true, showHistoryOutput: true },
    signal,
  });
  return answer.status === 304 ? [] : (answer.body.historyEvents ?? []);
}

/** A text that changes when the timeline may have grown. */
export function stampOf({ lastUpdatedTime, runtimeStatus, nodes }: RunStatusBody): string {
  return `${lastUpdatedTime} ${runtimeStatus} ${nodes.map(({ state, attempts = 0 }) => `${state}${attempts}`).join(' ')}`;
}
