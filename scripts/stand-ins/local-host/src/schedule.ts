import { Cron } from 'croner';
import { HostError } from './host-error.ts';
import { parseTimeSpan } from './time-span.ts';

/** When a timer function is due. */
export interface Schedule {
  readonly kind: 'cron' | 'interval';
  /** The next time after the given one, or undefined if there will be none. */
  next(after: Date): Date | undefined;
}

/** The official host keeps a schedule's status if its runs are at least this far apart. */
const monitoredFromMs = 60_000;

/**
 * A timer's schedule: NCRONTAB with five or six fields (second first), or a time span. A time span is counted
 * from the end of one run to the start of the next.
 *
 * @param timeZone IANA name, for NCRONTAB
 * @throws HostError naming the function whose schedule is neither
 */
export function parseSchedule(text: string, timeZone: string, functionName: string): Schedule {
  const intervalMs = parseTimeSpan(text);
  if (intervalMs !== undefined && intervalMs > 0) {
    return { kind: 'interval', next: (after) => new Date(after.getTime() + intervalMs) };
  }
  try {
    // NCRONTAB requires both day of month and day of week to match. Most crons require only one of them.
    const cron = new Cron(text, { paused: true, mode: '5-or-6-parts', domAndDow: true, timezone: timeZone });
    cron.nextRun();
    return { kind: 'cron', next: (after) => cron.nextRun(after) ?? undefined };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HostError(
      `Timer function "${functionName}" has the schedule "${text}" (time zone ${timeZone}), which is neither NCRONTAB like ` +
        `"*/30 * * * * *" nor a time span like "00:00:30": ${reason}`,
      { cause },
    );
  }
}

/**
 * Whether the official host would keep a status: only if no two of the next runs are less than a minute
 * apart.
 */
export function isMonitored(schedule: Schedule, from: Date): boolean {
  // The official host looks at the same number of runs.
  let previous = schedule.next(from);
  for (let looked = 0; looked < 5 && previous !== undefined; looked++) {
    const next = schedule.next(previous);
    if (next !== undefined && next.getTime() - previous.getTime() < monitoredFromMs) return false;
    previous = next;
  }
  return true;
}
