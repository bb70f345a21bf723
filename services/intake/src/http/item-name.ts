/** What an item's other fields are called. */
const TAKEN = new Set(['', 'index', 'status', 'result', 'error', 'durationMs']);

/** The field that holds an item of a map node: its column is named for many of them, `urls`, and an item is one, `url`. */
export function itemNameOf(column: string): string {
  const one = column.replace(/s$/, '');
  return TAKEN.has(one) ? 'item' : one;
}
