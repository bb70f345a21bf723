import { isFinished, type Ledger } from '@tally/run-state';
import type { Versioned } from '../stored.ts';

/** The ledgers that this process has committed last, by shard; the one unused for longest goes first. */
export class LedgerCache {
  readonly #ledgers = new Map<string, Versioned<Ledger>>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  get(shard: string): Versioned<Ledger> | null {
    return this.#ledgers.get(shard) ?? null;
  }

  /**
   * Remembers a ledger as committed. A closed or finished one is forgotten: it gets no further commit soon.
   */
  set(shard: string, ledger: Versioned<Ledger>): void {
    this.#ledgers.delete(shard);
    if (ledger.value.closed || isFinished(ledger.value)) return;
    this.#ledgers.set(shard, ledger);
    const [oldest] = this.#ledgers.keys();
    if (this.#ledgers.size > this.#size && oldest !== undefined) this.#ledgers.delete(oldest);
  }

  delete(shard: string): void {
    this.#ledgers.delete(shard);
  }
}
