import type { TallyFailure } from '@tally/contracts';
import type { Run, RunOptions } from './run.ts';

/**
 * Whether the run's deadline is over, and the failure to end it with.
 *
 * The end of a run is judged by the time that it bears in the run's row: by the writer's own clock, and never
 * before the run's last write. So no row says that a run has completed after its deadline, whichever clocks
 * were ahead.
 * @param at milliseconds since 1970
 */
export function failureOverDeadline(
  { options: { deadline } }: { readonly options: Pick<RunOptions, 'deadline'> },
  at: number,
): TallyFailure | null {
  if (deadline === undefined || at <= deadline) return null;
  return { code: 'DeadlineExceeded', message: `not finished by ${new Date(deadline).toISOString()}` };
}

/**
 * The options of a run that is rewound. The caller has named an instant, so a deadline that is still ahead
 * stands. One that is over would end the run at once, so the run gets as much time again as it had from its
 * start.
 */
export function rewoundOptions(run: Pick<Run, 'options' | 'createdAt'>, now: number): RunOptions {
  const { options } = run;
  const givenMs = givenTime(run);
  if (givenMs === undefined || failureOverDeadline(run, now) === null) return options;
  return { ...options, deadline: now + givenMs, givenMs };
}

/** The options of a run that is restarted: its deadline is as far off as it was at first. */
export function restartedOptions(run: Pick<Run, 'options' | 'createdAt'>, now: number): RunOptions {
  const { givenMs: _, ...options } = run.options;
  const givenMs = givenTime(run);
  return givenMs === undefined ? options : { ...options, deadline: now + givenMs };
}

/** How much time the run had from its start, in milliseconds. Rewinds don't add to it. */
function givenTime({ options: { deadline, givenMs }, createdAt }: Pick<Run, 'options' | 'createdAt'>) {
  return deadline === undefined ? undefined : (givenMs ?? deadline - createdAt);
}
