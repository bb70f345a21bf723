import type { Cell, Row, StoredRow } from '../tables/tables.ts';

/** What the service adds to a row's own properties. */
const SERVICE_PROPERTIES = new Set(['partitionKey', 'rowKey', 'etag', 'timestamp', 'odata.metadata']);

type Property = string | boolean | number | { readonly type: 'Double'; readonly value: string };
export type Entity = { partitionKey: string; rowKey: string } & Record<string, Property>;

export function entityOf({ partitionKey, rowKey, cells }: Row): Entity {
  const properties = Object.entries(cells).map(([name, cell]) => [name, propertyOf(cell)] as const);
  return { ...Object.fromEntries(properties), partitionKey, rowKey };
}

/**
 * JSON's integers become Int32, so a larger one must say that it is a double: Int64 would come back as a
 * bigint.
 */
function propertyOf(cell: Cell): Property {
  if (typeof cell !== 'number' || !Number.isInteger(cell) || Math.abs(cell) < 2 ** 31) return cell;
  return { type: 'Double', value: `${cell}` };
}

/**
 * The row in the port's terms. Other tools write kinds of properties that Tally doesn't. A 64-bit number
 * becomes a number, an instant its ISO text. Any other kind is left out, so code that needs the column finds
 * it missing.
 * @throws TypeError where the service sent no row
 */
export function rowOf(entity: Record<string, unknown>): StoredRow {
  const { partitionKey, rowKey, etag } = entity;
  if (typeof partitionKey !== 'string' || typeof rowKey !== 'string' || typeof etag !== 'string') {
    throw new TypeError('the service sent a row without keys or ETag');
  }
  const cells: Record<string, Cell> = {};
  for (const [name, value] of Object.entries(entity)) {
    if (SERVICE_PROPERTIES.has(name)) continue;
    const cell = cellOf(value);
    if (cell !== undefined) cells[name] = cell;
  }
  return { partitionKey, rowKey, cells, etag };
}

/**
 * @returns undefined for what is no cell, such as the null that a projection gives for a property that the
 * row doesn't have
 */
function cellOf(value: unknown): Cell | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Date ? value.toISOString() : undefined;
}
