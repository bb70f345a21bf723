/** A page as an operation answers it. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Of the next page; null: this was the last. */
  readonly token: string | null;
}

/** Pages in memory at once. */
const KEPT = 3;

interface Kept<Row> extends Page<Row> {
  readonly index: number;
}

/**
 * A long list of which a few pages lie in memory: of the others only the tokens that bring them, and how many rows they had. It is a value: each change makes
 * another.
 */
export class Pages<Row> {
  /** By page: the token that brings it. The first needs none. */
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

  /** How many rows stood before those in memory. */
  get before(): number {
    return this.#sum(0, this.#kept[0]?.index ?? 0);
  }

  /** How many rows are known to come after those in memory. */
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

  /** The last page has been seen: what was counted is all. */
  get isWhole(): boolean {
    return this.#lengths.length > 0 && this.#lengths.length === this.#tokens.length;
  }

  /** What is to be fetched to go on upwards or downwards; undefined: there is nothing more. */
  next(direction: 'up' | 'down'): { readonly index: number; readonly token: string | null } | undefined {
    const first = this.#kept[0]?.index ?? 0;
    const last = this.#kept.at(-1)?.index ?? -1;
    const index = direction === 'up' ? first - 1 : last + 1;
    const token = this.#tokens[index];
    return token === undefined ? undefined : { index, token };
  }

  /** The list with a fetched page; where it doesn't join those in memory, they are let go. */
  with(index: number, page: Page<Row>): Pages<Row> {
    const tokens = this.#tokens.slice();
    const lengths = this.#lengths.slice();
    lengths[index] = page.rows.length;
    if (page.token === null || tokens[index + 1] !== page.token) {
      // Another continuation than before: what lay behind is another list.
      tokens.length = index + 1;
      lengths.length = index + 1;
      if (page.token !== null) tokens.push(page.token);
    }
    const others = this.#kept.filter((kept) => kept.index !== index && kept.index < lengths.length);
    const joined = [...others, { ...page, index }].toSorted((left, right) => left.index - right.index);
    const place = joined.findIndex((kept) => kept.index === index);
    // Those at the other end go.
    const kept = place === 0 ? joined.slice(0, KEPT) : joined.slice(-KEPT);
    return new Pages(tokens, lengths, kept);
  }

  #sum(from: number, to: number): number {
    return this.#lengths.slice(from, to).reduce((sum, length) => sum + length, 0);
  }
}
