import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const preload = pathToFileURL(path.join(import.meta.dirname, 'shifted-date.ts')).href;

/**
 * The time of a whole system of processes, its storage among them: it runs as the machine's does, and can be put forward. A lease of ten minutes is
 * then over at once, to everybody. Timers (time-outs, polling) are not touched.
 */
export class TestClock {
  readonly #file: string;
  readonly #pids = new Set<number>();
  #aheadMs = 0;

  /** @param folder where the clock keeps its file */
  constructor(folder: string) {
    this.#file = path.join(folder, 'clock');
    write(this.#file, 0);
  }

  /** Milliseconds since 1970 by this clock. */
  now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** The environment of a Node process that is to live by this clock. */
  get environment(): Readonly<Record<string, string>> {
    return { NODE_OPTIONS: `--import=${preload}`, TALLY_TEST_CLOCK_FILE: this.#file };
  }

  /** From now on the process is told when the clock is put forward. Only for one that has started: before, the signal would end it. */
  tell(pid: number): void {
    this.#pids.add(pid);
    // The clock may have been put forward after the process has read the file.
    this.#signal(pid);
  }

  /** Sets a process's clock wrong by this; positive is ahead. */
  skew(pid: number, ms: number): void {
    write(`${this.#file}.${pid}`, ms);
    this.#signal(pid);
  }

  /** Puts the clock forward, for every process at once; a stopped one finds out when it goes on. */
  advance(ms: number): void {
    this.#aheadMs += ms;
    write(this.#file, this.#aheadMs);
    for (const pid of this.#pids) this.#signal(pid);
  }

  #signal(pid: number): void {
    try {
      process.kill(pid, 'SIGUSR2');
    } catch {
      this.#pids.delete(pid); // it has ended
    }
  }
}

/** In one piece: a process that reads at this moment gets the old number or the new one. */
function write(file: string, ms: number): void {
  writeFileSync(`${file}.new`, String(ms));
  renameSync(`${file}.new`, file);
}
