import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const preload = pathToFileURL(path.join(import.meta.dirname, 'shifted-date.ts')).href;

/**
 * The time of a whole system of processes, including its storage. It runs as the machine's time does, and can
 * be put forward. A lease of ten minutes is then over at once for every process. Timers (time-outs, polling)
 * don't change.
 */
export class TestClock {
  readonly #file: string;
  readonly #pids = new Set<number>();
  #aheadMs = 0;

  /** @param folder where the clock stores its file */
  constructor(folder: string) {
    this.#file = path.join(folder, 'clock');
    write(this.#file, 0);
  }

  /** Milliseconds since 1970, by this clock. */
  now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** The environment of a Node process that uses this clock. */
  get environment(): Readonly<Record<string, string>> {
    return { NODE_OPTIONS: `--import=${preload}`, TALLY_TEST_CLOCK_FILE: this.#file };
  }

  /**
   * Tells the process from now on when the clock is put forward. Only for a process that has started: before
   * that, the signal would end it.
   */
  tell(pid: number): void {
    this.#pids.add(pid);
    // The clock may have been put forward after the process read the file.
    this.#signal(pid);
  }

  /** Shifts one process's clock by this much. Positive is ahead. */
  skew(pid: number, ms: number): void {
    write(`${this.#file}.${pid}`, ms);
    this.#signal(pid);
  }

  /** Puts the clock forward, for every process at once. A stopped process learns of it when it goes on. */
  advance(ms: number): void {
    this.#aheadMs += ms;
    write(this.#file, this.#aheadMs);
    for (const pid of this.#pids) this.#signal(pid);
  }

  #signal(pid: number): void {
    // A signal to 0 would go to this process and all of its group.
    if (pid < 1) throw new RangeError(`not the id of a process: ${pid}`);
    try {
      process.kill(pid, 'SIGUSR2');
    } catch {
      this.#pids.delete(pid); // it has ended
    }
  }
}

/** Writes in one step: a process that reads at this moment gets the old number or the new one. */
function write(file: string, ms: number): void {
  writeFileSync(`${file}.new`, String(ms));
  renameSync(`${file}.new`, file);
}
