import type { Chunk, Ledger } from '@tally/run-state';
import type { ShardStore } from '../records/shard-records.ts';
import { chunkPlace } from '../rows/keys.ts';
import type { ShardKey, ShardRows, Versioned } from '../stored.ts';
import { MissingRowError } from '../tables/row-errors.ts';

type ShardReader = Pick<ShardStore, 'readLedger' | 'readChunk'>;

/**
 * The rows of one shard as a commit sees them. A row is freshly read, or presumed: from the last commit, or
 * from the sender of the job. What depends on a presumed row is proved by the commit's If-Match or, where
 * nothing is committed, by reading the row (I9).
 */
export class ShardView {
  readonly #store: ShardReader;
  readonly #key: ShardKey;
  #ledger: Versioned<Ledger> | null;
  #isLedgerFresh = false;
  readonly #chunks = new Map<number, Versioned<Chunk>>();
  readonly #freshChunks = new Set<number>();
  #mayPresume = true;

  constructor(store: ShardReader, key: ShardKey, presumed: Versioned<Ledger> | null) {
    this.#store = store;
    this.#key = key;
    this.#ledger = presumed;
  }

  /** The ledger, read if it isn't there yet; null: there is none. */
  async ledger(): Promise<Versioned<Ledger> | null> {
    if (this.#ledger === null && !this.#isLedgerFresh) await this.refreshLedger();
    return this.#ledger;
  }

  /**
   * The chunk's row: as seen before, else as the caller presumes it, else read.
   * @throws MissingRowError where there is none: a ledger is never without its chunks
   */
  async chunk(number: number, presumed: Versioned<Chunk> | undefined): Promise<Versioned<Chunk>> {
    if (!this.#chunks.has(number)) {
      if (presumed !== undefined && this.#mayPresume) this.#chunks.set(number, presumed);
      else await this.refreshChunk(number);
    }
    const row = this.#chunks.get(number);
    if (row !== undefined) return row;
    throw new MissingRowError(chunkPlace(this.#key, number));
  }

  isLedgerFresh(): boolean {
    return this.#isLedgerFresh;
  }

  isChunkFresh(number: number): boolean {
    return this.#freshChunks.has(number);
  }

  /** @returns whether the row differs from what was presumed */
  async refreshLedger(): Promise<boolean> {
    const presumed = this.#ledger?.etag;
    this.#ledger = await this.#store.readLedger(this.#key);
    this.#isLedgerFresh = true;
    return this.#ledger?.etag !== presumed;
  }

  /** @returns whether the row differs from what was presumed */
  async refreshChunk(number: number): Promise<boolean> {
    const presumed = this.#chunks.get(number)?.etag;
    const row = await this.#store.readChunk(this.#key, number);
    if (row === null) this.#chunks.delete(number);
    else this.#chunks.set(number, row);
    this.#freshChunks.add(number);
    return row?.etag !== presumed;
  }

  /** Nothing that was presumed or read counts any more; from here on every row is read. */
  forget(): void {
    this.#mayPresume = false;
    this.#ledger = null;
    this.#isLedgerFresh = false;
    this.#chunks.clear();
    this.#freshChunks.clear();
  }

  /** These chunks' rows, as they stand in the view, with the ledger. */
  rows(ledger: Versioned<Ledger>, numbers: Iterable<number>): ShardRows {
    const chunks = new Map<number, Versioned<Chunk>>();
    for (const number of numbers) {
      const row = this.#chunks.get(number);
      if (row !== undefined) chunks.set(number, row);
    }
    return { ledger, chunks };
  }
}
