/** Names of an item's other fields. */
const TAKEN = new Set(['', 'index', 'status', 'result', 'error', 'durationMs']);

/**
 * The field that holds an item of a map node. The node's column has a plural name, `urls`; an item has the
 * singular, `url`.
 */
export function itemNameOf(column: string): string {
  const one = column.replace(/s$/, '');
  return TAKEN.has(one) ? 'item' : one;
}
