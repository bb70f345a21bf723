import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** Longer than any test may take: chaos has the longest limit, of ten minutes, and its hooks two more. */
const SILENCE_MS = 15 * 60_000;

/**
 * Ends a run whose worker computes without end. Vitest's own limits are timers inside the worker, and a loop that never
 * leaves the microtask queue lets no timer fire: such a file would hold the gate for ever, and say nothing.
 */
export default class HungTests implements Reporter {
  readonly #running = new Set<string>();
  #vitest: Vitest | undefined;
  #timer: NodeJS.Timeout | undefined;

  readonly #silenceMs: number;

  /** @param options as vitest hands them to a reporter that it is told the path of; `silenceMs`: after which the run is ended, in milliseconds */
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
    // A run that has ended isn't kept up by it.
    this.#timer.unref();
  }

  #giveUp(): void {
    const files = [...this.#running].join(', ') || 'no file has begun';
    console.error(`no test has ended for ${this.#silenceMs / 1_000} s; what hangs: ${files}`);
    process.exitCode = 1;
    // Vitest's own watchdog kills the workers with it.
    void this.#vitest?.exit(true);
  }
}
