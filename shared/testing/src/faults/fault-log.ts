/** Counts the faults that really happened, by kind. */
export class FaultLog {
  readonly #counts = new Map<string, number>();

  /** @param kinds all kinds, so that one that never happened shows as 0 */
  constructor(kinds: Iterable<string>) {
    for (const kind of kinds) this.#counts.set(kind, 0);
  }

  add(kind: string, count = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count);
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }
}
