import type { RunNode } from '@tally/api';
import { counted } from '@tally/contracts';
import { clock, localTime } from './local-time.ts';

/** The state of a node, in one line. @param now milliseconds since 1970 */
export function nodeWords(node: RunNode, now: number): string {
  switch (node.state) {
    case 'notDue':
      return 'not due yet';
    case 'out':
      return outWords(node, now);
    case 'open':
      return node.counts === undefined ? 'at work' : `at work: ${itemWords(node.counts)}`;
    case 'waiting':
      return waitWords(node, now);
    case 'stopped':
      return 'stopped';
    case 'ended':
      return endWords(node);
  }
}

function outWords({ runId, attempts = 1, notBefore }: RunNode, now: number): string {
  if (runId !== undefined) return `run ${runId} is at work`;
  const isTry = attempts > 1;
  if (notBefore !== undefined && Date.parse(notBefore) > now)
    return `${isTry ? `try ${attempts}` : 'goes on'} at ${localTime(notBefore)}`;
  return isTry ? `at work, try ${attempts}` : 'at work';
}

function waitWords({ event, until }: RunNode, now: number): string {
  const what = event === undefined ? 'waits' : `waits for ${event}`;
  return until === undefined || until === null ? what : `${what}, ${clock(Date.parse(until) - now)} left`;
}

function endWords({ outcome, error, why, attempts = 1, counts, openedAt, endedAt }: RunNode): string {
  const tries = attempts > 1 ? ` after ${attempts} tries` : '';
  switch (outcome) {
    case 'failed':
      return `failed${tries}: ${error?.code ?? 'Failed'}: ${error?.message ?? ''}`;
    case 'timedOut':
      return 'timed out';
    case 'skipped':
      return why === undefined ? 'skipped' : `skipped: ${why}`;
    case 'succeeded':
    case undefined: {
      const took =
        openedAt === undefined || endedAt === undefined
          ? ''
          : ` in ${seconds(Date.parse(endedAt) - Date.parse(openedAt))}`;
      return `succeeded${tries}${took}${counts === undefined ? '' : `: ${itemWords(counts)}`}`;
    }
  }
}

function seconds(ms: number): string {
  return ms < 60_000 ? `${(Math.max(0, ms) / 1000).toFixed(1)} s` : clock(ms);
}

function itemWords({ total, succeeded, failed, aborted }: NonNullable<RunNode['counts']>): string {
  const done = succeeded + failed + aborted;
  return `${done} of ${counted(total, 'item')} done${failed === 0 ? '' : `, ${failed} failed`}`;
}
