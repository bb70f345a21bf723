import { isTerminal } from '@tally/contracts';
import { type DayRow, dayOf, type RunStore } from '@tally/run-store';
import type { StepContext } from '../context/context.ts';
import { passOverRows } from '../context/pass-over-rows.ts';
import { type OnFailed, PURGES_AT_ONCE, purgeRun } from './purge-run.ts';

/**
 * Purges runs that ended longer ago than `retentionMs`, the oldest days first, as many as there is time for.
 * @returns how many, and whether there was time for all; the next call goes on with the others
 */
export async function retireRuns(
  context: StepContext,
  retentionMs: number,
  budgetMs: number,
  onFailed: OnFailed,
): Promise<{ readonly retired: number; readonly isWhole: boolean }> {
  const { store } = context;
  const endedBefore = context.now() - retentionMs;
  let retired = 0;
  const isWhole = await passOverRows(context, {
    ...{ name: 'retention', budgetMs, atOnce: PURGES_AT_ONCE },
    list: (after) => linesBefore(store, endedBefore, after),
    placeOf: (line) => `${dayOf(line.createdAt)} ${line.key}`,
    work: async (line) => {
      try {
        if (await retireRun(context, line, endedBefore)) retired += 1;
      } catch (error) {
        onFailed(line.runId, error);
      }
    },
  });
  if (isWhole)
    for (const day of await daysUntil(store, endedBefore)) if (day < dayOf(endedBefore)) await store.forgetDay(day);
  return { retired, isWhole };
}

type Listing = Pick<RunStore, 'listDays' | 'listDay'>;

/**
 * The lines of runs that may have ended before an instant, the oldest days first. A run that was created
 * later can't have ended before it.
 */
async function* linesBefore(store: Listing, at: number, after: string | undefined): AsyncGenerator<DayRow, void> {
  const [from = '', key] = after?.split(' ', 2) ?? [];
  for (const day of await daysUntil(store, at)) {
    if (day >= from) yield* store.listDay(day, { createdTo: at, after: day === from ? key : undefined });
  }
}

/** The oldest first. */
async function daysUntil(store: Listing, at: number): Promise<string[]> {
  const days: string[] = [];
  for await (const day of store.listDays({ to: dayOf(at) })) days.unshift(day);
  return days;
}

async function retireRun(context: StepContext, line: DayRow, endedBefore: number): Promise<boolean> {
  const { store } = context;
  const look = await store.lookAtRun(line.runId);
  if (look !== null && 'error' in look) {
    // The watchdog ends a run that lives. A run that another version of Tally wrote is retired by that
    // version.
    const isOurs =
      !look.error.isOfAnotherVersion && (look.generation === undefined || look.generation === line.generation);
    const isEnded = look.status === undefined || isTerminal(look.status);
    if (!isOurs || !isEnded || (look.endedAt ?? line.createdAt) >= endedBefore) return false;
    return (await purgeRun(context, line.runId, line.generation)) === 'purged';
  }
  const run = look?.value;
  // Finalization wrote this line when the purge was already done.
  if (run === undefined || run.generation !== line.generation) await store.deleteDayRow(line);
  else if (isTerminal(run.status) && 'endedAt' in run && run.endedAt < endedBefore) {
    return (await purgeRun(context, line.runId, run.generation)) === 'purged';
  }
  return false;
}
