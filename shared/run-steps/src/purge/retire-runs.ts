import { isTerminal } from '@tally/contracts';
import { type DayRow, dayOf } from '@tally/run-store';
import type { StepContext } from '../context/context.ts';
import { type OnFailed, purgeRun } from './purge-run.ts';

/** A pass purges at most this many runs, so that repair doesn't wait for it: about 10,000 an hour. */
const MAX_RETIRED = 100;

/**
 * Purges runs that ended longer ago than `retentionMs`, the oldest days first.
 * @returns how many
 */
export async function retireRuns(context: StepContext, retentionMs: number, onFailed: OnFailed): Promise<number> {
  const { store } = context;
  const endedBefore = context.now() - retentionMs;
  const lastDay = dayOf(endedBefore);
  const days: string[] = [];
  for await (const day of store.listDays({ to: lastDay })) days.unshift(day);
  let retired = 0;
  for (const day of days) {
    // No run has ended before it was created.
    for await (const line of store.listDay(day, { createdTo: endedBefore })) {
      try {
        if (await retireRun(context, line, endedBefore)) retired += 1;
      } catch (error) {
        onFailed(line.runId, error);
      }
      if (retired === MAX_RETIRED) return retired;
    }
    if (day < lastDay) await store.forgetDay(day);
  }
  return retired;
}

async function retireRun(context: StepContext, line: DayRow, endedBefore: number): Promise<boolean> {
  const { store } = context;
  const look = await store.lookAtRun(line.runId);
  if (look !== null && 'error' in look) {
    // A run that lives the watchdog ends, and one that a Tally of another version has written that one retires.
    const isOurs = !look.error.isOfAnotherVersion && (look.gen === undefined || look.gen === line.gen);
    const isEnded = look.status === undefined || isTerminal(look.status);
    if (!isOurs || !isEnded || (look.endedAt ?? line.createdAt) >= endedBefore) return false;
    return (await purgeRun(context, line.runId, line.gen)) === 'purged';
  }
  const run = look?.value;
  // A line that housekeeping wrote when the purge was through already.
  if (run === undefined || run.gen !== line.gen) await store.deleteDayRow(line);
  else if (isTerminal(run.status) && 'endedAt' in run && run.endedAt < endedBefore) {
    return (await purgeRun(context, line.runId, run.gen)) === 'purged';
  }
  return false;
}
