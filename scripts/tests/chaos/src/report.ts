import { faultKinds, type Outcome } from './run-schedule.ts';

/** Adds up the outcomes of schedules. */
export class Report {
  schedules = 0;
  violations = 0;
  #runs = 0;
  #items = 0;
  readonly faults = new Map<string, number>(faultKinds.map((kind) => [kind, 0]));

  add({ violations, faults, runs, items }: Outcome): void {
    this.schedules += 1;
    this.violations += violations.length;
    this.#runs += runs;
    this.#items += items;
    for (const [kind, count] of faults) this.faults.set(kind, (this.faults.get(kind) ?? 0) + count);
  }

  /** One line about a schedule. */
  line({ seed, violations, faults, runs, items, timeline }: Outcome): string {
    const met = [...faults.values()].reduce((sum, count) => sum + count, 0);
    const verdict = violations.length === 0 ? 'ok' : `${violations.length} VIOLATIONS`;
    return `seed ${seed}: ${verdict}, ${runs} runs of ${items} images, ${met} faults; ${timeline.at(-1)?.trim() ?? ''}`;
  }

  /** The faults by kind, with the verdict as the last line. */
  summary(): string {
    const width = Math.max(...[...this.faults.keys()].map((kind) => kind.length));
    const lines = [...this.faults].map(([kind, count]) => `  ${kind.padEnd(width)} ${String(count).padStart(7)}`);
    return [
      'faults that took place:',
      ...lines,
      `${this.schedules} schedules, ${this.#runs} runs, ${this.#items} images: ${this.violations} violations`,
    ].join('\n');
  }
}
