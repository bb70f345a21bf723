import type { RowQuery, StoredRow, Tables } from '../tables/tables.ts';

/**
 * What the rows of a query say, in their order, at most `limit` of them. Rows that are no lines (null) are
 * skipped, and others read in their place. Fewer lines than the limit mean that there are no more.
 */
export async function* readLines<Line>(
  tables: Tables,
  table: string,
  { limit, ...query }: RowQuery,
  lineOf: (row: StoredRow) => Line | null,
): AsyncIterable<Line> {
  let { from } = query;
  for (let left = limit ?? Number.POSITIVE_INFINITY, isThrough = false; left > 0 && !isThrough; ) {
    let [rows, lines] = [0, 0];
    for await (const row of tables.list(table, { ...query, from, limit: limit === undefined ? undefined : left })) {
      rows += 1;
      // The smallest key behind another is that one and a blank: keys hold no control characters.
      from = `${row.rowKey} `;
      const line = lineOf(row);
      if (line === null) continue;
      lines += 1;
      yield line;
    }
    isThrough = rows < left;
    left -= lines;
  }
}
