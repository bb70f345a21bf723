import type { Cell, Row, StoredRow } from '../tables/tables.ts';

/** What the service adds to a row's own properties. */
const SERVICE_PROPERTIES = new Set(['partitionKey', 'rowKey', 'etag', 'timestamp', 'odata.metadata']);

type Property = string | boolean | number | { readonly type: 'Double'; readonly value: string };
export type Entity = { partitionKey: string; rowKey: string } & Record<string, Property>;

export function entityOf({ partitionKey, rowKey, cells }: Row): Entity {
  const properties = Object.entries(cells).map(([name, cell]) => [name, propertyOf(cell)] as const);
  return { ...Object.fromEntries(properties), partitionKey, rowKey };
}

/** JSON's integers become Int32, so a larger one has to say that it is a double: Int64 would come back as a bigint. */
function propertyOf(cell: Cell): Property {
  if (typeof cell !== 'number' || !Number.isInteger(cell) || Math.abs(cell) < 2 ** 31) return cell;
  return { type: 'Double', value: `${cell}` };
}

/** @throws TypeError where a property is of a kind that Tally never writes */
export function rowOf(entity: Record<string, unknown>): StoredRow {
  const { partitionKey, rowKey, etag } = entity;
  if (typeof partitionKey !== 'string' || typeof rowKey !== 'string' || typeof etag !== 'string') {
    throw new TypeError('the service sent a row without keys or ETag');
  }
  const cells: Record<string, Cell> = {};
  for (const [name, value] of Object.entries(entity)) {
    // A projection answers with null for a property that the row doesn't have.
    if (SERVICE_PROPERTIES.has(name) || value === null) continue;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      throw new TypeError(`the property ${name} of ${partitionKey}/${rowKey} is no text, number or boolean`);
    }
    cells[name] = value;
  }
  return { partitionKey, rowKey, cells, etag };
}
