import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** Longer than any test may take. Chaos has the longest limit, ten minutes, and its hooks have two more. */
const SILENCE_MS = 15 * 60_000;

/**
 * Ends a test run whose worker computes without end. Vitest's own limits are timers inside the worker. A loop
 * that never leaves the microtask queue lets no timer fire: such a file would block the gate forever, without
 * a message.
 */
export default class HungTests implements Reporter {
  readonly #running = new Set<string>();
  #vitest: Vitest | undefined;
  #timer: NodeJS.Timeout | undefined;

  readonly #silenceMs: number;

  /**
   * @param options as vitest passes them to a reporter that is given by its path; `silenceMs`: the run ends
   * after this silence, in milliseconds
   */
  constructor({ silenceMs = SILENCE_MS }: { readonly silenceMs?: number | undefined } = {}) {
    this.#silenceMs = silenceMs;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
    this.#heard();
  }

  onTestModuleStart({ moduleId }: TestModule): void {
    this.#running.add(moduleId);
    this.#heard();
  }

  onTestCaseResult(): void {
    this.#heard();
  }

  onTestModuleEnd({ moduleId }: TestModule): void {
    this.#running.delete(moduleId);
    this.#heard();
  }

  onTestRunEnd(): void {
    clearTimeout(this.#timer);
  }

  #heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUp(), this.#silenceMs);
    // The timer doesn't keep a run alive that has ended.
    this.#timer.unref();
  }

  #giveUp(): void {
    const files = [...this.#running].join(', ') || 'no file has begun';
    console.error(`no test has ended for ${this.#silenceMs / 1_000} s; what hangs: ${files}`);
    process.exitCode = 1;
    // Vitest's own watchdog then kills the workers.
    void this.#vitest?.exit(true);
  }
}
