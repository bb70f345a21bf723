/** The first of a long list, and whether that was all. */
export interface Taken<Value> {
  readonly values: readonly Value[];
  readonly isAll: boolean;
}

/** Takes no more than `most`, and looks for one more only to see whether there is one. */
export async function takeUpTo<Value>(source: AsyncIterable<Value>, most: number): Promise<Taken<Value>> {
  const values: Value[] = [];
  for await (const value of source) {
    if (values.length === most) return { values, isAll: false };
    values.push(value);
  }
  return { values, isAll: true };
}

/** Says after a list that there is more. */
export function noteMore({ values, isAll }: Taken<unknown>): string {
  return isAll ? '' : `\n\nThe first ${values.length}; there are more: --top <n>`;
}

/** The API's own limit of a page. */
const PAGE_MAX = 1_000;

/** So many a page that one page is enough, one more than is wanted included, where the API allows that. */
export function pageSize(most: number): number {
  return Math.min(most + 1, PAGE_MAX);
}
