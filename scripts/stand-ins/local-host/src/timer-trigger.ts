import type { Invokes } from './app-runtime.ts';
import type { TimerFunction } from './function-registry.ts';
import { isMonitored, parseSchedule, type Schedule } from './schedule.ts';

/** The longest wait that setTimeout accepts. A longer wait would end at once. */
const longestWaitMs = 2 ** 31 - 1;
/** A run that starts later than this after its due time (the machine slept) is told that it is past due. */
const pastDueAfterMs = 60_000;
/** .NET's smallest date: the value of `Last` before the first run. */
const neverRun = '0001-01-01T00:00:00';

export interface TimerTriggerOptions {
  readonly fn: TimerFunction;
  /** With its settings filled in. */
  readonly schedule: string;
  readonly timeZone: string;
  readonly invoker: Invokes;
}

/** Runs one timer function, never twice at once. Times that fall due during a run are skipped. */
export class TimerTrigger {
  readonly #options: TimerTriggerOptions;
  readonly #schedule: Schedule;
  readonly #monitored: boolean;
  #timer: NodeJS.Timeout | undefined;
  #current: Promise<void> = Promise.resolve();
  #last: Date | undefined;
  #stopped = false;

  /** @throws HostError when the schedule is wrong */
  constructor(options: TimerTriggerOptions) {
    this.#options = options;
    this.#schedule = parseSchedule(options.schedule, options.timeZone, options.fn.name);
    this.#monitored = options.fn.trigger.useMonitor !== false && isMonitored(this.#schedule, new Date());
  }

  get name(): string {
    return this.#options.fn.name;
  }

  /** Arms the timer. If the function asks for a run at start-up, that run comes first. */
  start(): void {
    if (this.#options.fn.trigger.runOnStartup) void this.runOnce().then(() => this.#arm());
    else this.#arm();
  }

  /** Runs the function once, after any run in progress. */
  runOnce(due: Date = new Date()): Promise<void> {
    this.#current = this.#current.then(() => this.#run(due));
    return this.#current;
  }

  /** Prevents further runs, and resolves when the last run has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#current;
  }

  #arm(): void {
    const now = new Date();
    // setTimeout may end a little early. The due time of the last run must not come up again.
    const due = this.#schedule.next(this.#last !== undefined && this.#last > now ? this.#last : now);
    if (due !== undefined) this.#wait(due);
  }

  #wait(due: Date): void {
    if (this.#stopped) return;
    const waitMs = Math.max(due.getTime() - Date.now(), 0);
    this.#timer = setTimeout(
      () => {
        if (waitMs > longestWaitMs) this.#wait(due);
        else void this.runOnce(due).then(() => this.#arm());
      },
      Math.min(waitMs, longestWaitMs),
    );
  }

  async #run(due: Date): Promise<void> {
    if (this.#stopped) return;
    const data = JSON.stringify(this.#timerInfo(due));
    this.#last = due;
    await this.#options.invoker.invoke(this.#options.fn, { data: { string: data } });
  }

  #timerInfo(due: Date) {
    const now = new Date();
    return {
      Schedule: { AdjustForDST: this.#schedule.kind === 'cron' },
      ScheduleStatus: this.#monitored
        ? {
            Last: this.#last?.toISOString() ?? neverRun,
            Next: this.#schedule.next(now)?.toISOString() ?? neverRun,
            LastUpdated: this.#last?.toISOString() ?? neverRun,
          }
        : null,
      IsPastDue: now.getTime() - due.getTime() > pastDueAfterMs,
    };
  }
}
