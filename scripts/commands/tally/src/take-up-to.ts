/** The first values of a long list, and whether these are all of them. */
export interface Taken<Value> {
  readonly values: readonly Value[];
  readonly isAll: boolean;
}

/** Takes at most `most` values. Reads one more only to see whether there is one. */
export async function takeUpTo<Value>(source: AsyncIterable<Value>, most: number): Promise<Taken<Value>> {
  const values: Value[] = [];
  for await (const value of source) {
    if (values.length === most) return { values, isAll: false };
    values.push(value);
  }
  return { values, isAll: true };
}

/** A note after a list that there are more values. */
export function noteMore({ values, isAll }: Taken<unknown>): string {
  return isAll ? '' : `\n\nThe first ${values.length}; there are more: --top <n>`;
}

/** The API's own limit of a page. */
const PAGE_MAX = 1_000;

/**
 * A page size with which one page suffices, including the one extra value, as far as the API permits that.
 */
export function pageSize(most: number): number {
  return Math.min(most + 1, PAGE_MAX);
}
