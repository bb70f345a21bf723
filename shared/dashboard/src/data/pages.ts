/** A page as an operation returns it. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** For the next page; null: this was the last. */
  readonly token: string | null;
}

/** Pages in memory at once. */
const KEPT = 3;

interface Kept<Row> extends Page<Row> {
  readonly index: number;
}

/**
 * A long list with a few pages in memory. For the others only their tokens and numbers of rows are kept. It
 * is immutable: each change makes a new one.
 */
export class Pages<Row> {
  /** The token that fetches each page. The first page needs none. */
  readonly #tokens: readonly (string | null)[];
  readonly #lengths: readonly number[];
  readonly #kept: readonly Kept<Row>[];

  private constructor(tokens: readonly (string | null)[], lengths: readonly number[], kept: readonly Kept<Row>[]) {
    this.#tokens = tokens;
    this.#lengths = lengths;
    this.#kept = kept;
  }

  static none<Row>(): Pages<Row> {
    return new Pages<Row>([null], [], []);
  }

  /** The rows in memory, in their order. */
  get rows(): readonly Row[] {
    return this.#kept.flatMap(({ rows }) => rows);
  }

  /** The number of rows before those in memory. */
  get before(): number {
    return this.#sum(0, this.#kept[0]?.index ?? 0);
  }

  /** The number of known rows after those in memory. */
  get after(): number {
    return this.#sum((this.#kept.at(-1)?.index ?? -1) + 1, this.#lengths.length);
  }

  /** Rows that have been seen so far. */
  get seen(): number {
    return this.#sum(0, this.#lengths.length);
  }

  get isAtTop(): boolean {
    return (this.#kept[0]?.index ?? 0) === 0;
  }

  /** True when the last page has been seen, so the count is complete. */
  get isWhole(): boolean {
    return this.#lengths.length > 0 && this.#lengths.length === this.#tokens.length;
  }

  /** The next page to fetch, upwards or downwards; undefined when there is none. */
  next(direction: 'up' | 'down'): { readonly index: number; readonly token: string | null } | undefined {
    const first = this.#kept[0]?.index ?? 0;
    const last = this.#kept.at(-1)?.index ?? -1;
    const index = direction === 'up' ? first - 1 : last + 1;
    const token = this.#tokens[index];
    return token === undefined ? undefined : { index, token };
  }

  /** The list with a fetched page added. Pages in memory that don't join it are dropped. */
  with(index: number, page: Page<Row>): Pages<Row> {
    const tokens = this.#tokens.slice();
    const lengths = this.#lengths.slice();
    lengths[index] = page.rows.length;
    if (page.token === null || tokens[index + 1] !== page.token) {
      // The next page has another token than before, so what followed belongs to another list.
      tokens.length = index + 1;
      lengths.length = index + 1;
      if (page.token !== null) tokens.push(page.token);
    }
    const others = this.#kept.filter((kept) => kept.index !== index && kept.index < lengths.length);
    const joined = [...others, { ...page, index }].toSorted((left, right) => left.index - right.index);
    const place = joined.findIndex((kept) => kept.index === index);
    // Pages at the other end are dropped.
    const kept = place === 0 ? joined.slice(0, KEPT) : joined.slice(-KEPT);
    return new Pages(tokens, lengths, kept);
  }

  #sum(from: number, to: number): number {
    return this.#lengths.slice(from, to).reduce((sum, length) => sum + length, 0);
  }
}
