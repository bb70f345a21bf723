import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { RunStore } from '@tally/run-store';
import type { StepLog } from './step-log.ts';

/** A process notes at most this often that it is there: two requests a minute while it works. */
export const BEAT_MS = 30_000;

/**
 * Notes that this process works for a stage. It writes a row of its own at most twice a minute, and only when
 * there is work, so an idle app costs nothing. The topology counts workers by it, and repair learns whether a
 * node is served (R8).
 */
export class Heartbeat {
  readonly #store: Pick<RunStore, 'beat'>;
  readonly #now: () => number;
  readonly #log: StepLog;
  readonly #process: string;
  readonly #beats = new Map<
    string,
    { readonly since: number; readonly lastSeen: number; readonly etag: string | null }
  >();

  #renamed = 0;

  constructor(store: Pick<RunStore, 'beat'>, now: () => number, log: StepLog, name: string = processName()) {
    this.#store = store;
    this.#now = now;
    this.#log = log;
    this.#process = name;
  }

  /** Never fails: work doesn't wait for a statistic. */
  async beat(stage: string): Promise<void> {
    const now = this.#now();
    const last = this.#beats.get(stage);
    if (last !== undefined && now - last.lastSeen < BEAT_MS) return;
    const seen = { since: last?.since ?? now, lastSeen: now };
    // Noted before the write, so that concurrent calls don't write too.
    this.#beats.set(stage, { ...seen, etag: last?.etag ?? null });
    const process = this.#renamed === 0 ? this.#process : `${this.#process}-${this.#renamed}`;
    try {
      const etag = await this.#store.beat({ stage, process, ...seen }, last?.etag ?? null);
      this.#beats.set(stage, { ...seen, etag });
    } catch (error) {
      // It is unknown whether the row was written, or the row was deleted while the process slept. The
      // process continues in half a minute with a new row.
      this.#renamed += 1;
      this.#beats.set(stage, { ...seen, etag: null });
      this.#log.warn('the heartbeat could not be written', { stage, error });
    }
  }
}

/** Host and process number for people, and a random part, because both of them repeat. */
function processName(): string {
  return `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
}
