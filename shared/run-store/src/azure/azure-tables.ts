import { setTimeout as sleep } from 'node:timers/promises';
import { odata, type TableClient, type TableServiceClient, type TransactionAction } from '@azure/data-tables';
import type { KeyRange, RowKeys, RowPart, RowQuery, RowWrite, StoredRow, Tables } from '../tables/tables.ts';
import { sendAscii } from './ascii-bodies.ts';
import { addDeleteConditions, withDeleteConditions } from './delete-conditions.ts';
import { entityOf, rowOf } from './entities.ts';
import { isRowMissing, writeFailure } from './storage-errors.ts';

/** The service answers a query with at most this many rows, and refuses to be asked for more. */
const PAGE_MAX_ROWS = 1_000;

/** How the adapter gets its clients: readers repeat requests by themselves, writers don't. */
export interface TableClients {
  readonly service: TableServiceClient;
  reader(table: string): TableClient;
  writer(table: string): TableClient;
}

/**
 * Tables of a storage account. A write of one row is a plain request, a write of several is a transaction:
 * one request either way.
 */
export class AzureTables implements Tables {
  readonly #clients: TableClients;
  readonly #readers = new Map<string, TableClient>();
  readonly #writers = new Map<string, TableClient>();

  constructor(clients: TableClients) {
    this.#clients = clients;
  }

  async create(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.#clients.service.createTable(name)));
  }

  async get(table: string, partitionKey: string, rowKey: string): Promise<StoredRow | null> {
    try {
      return rowOf(await this.#reader(table).getEntity(partitionKey, rowKey));
    } catch (error) {
      if (isRowMissing(error)) return null;
      throw error;
    }
  }

  async *list(table: string, { limit, ...query }: RowQuery): AsyncIterable<StoredRow> {
    const entities = this.#entities(table, query);
    if (limit === undefined) {
      for await (const entity of entities) yield rowOf(entity);
      return;
    }
    // A page may be short, or empty, and the list still go on after it.
    let left = limit;
    for await (const page of entities.byPage({ maxPageSize: Math.min(limit, PAGE_MAX_ROWS) })) {
      for (const entity of page.slice(0, left)) yield rowOf(entity);
      left -= page.length;
      if (left <= 0) return;
    }
  }

  async firstPart(table: string, query: Omit<RowQuery, 'limit'>): Promise<RowPart> {
    for await (const page of this.#entities(table, query).byPage({ maxPageSize: PAGE_MAX_ROWS }))
      return { rows: page.map(rowOf), isAll: page.continuationToken === undefined };
    return { rows: [], isAll: true };
  }

  #entities(table: string, { select, ...query }: Omit<RowQuery, 'limit'>) {
    const columns = select === undefined ? {} : { select: ['partitionKey', 'rowKey', ...select] };
    return this.#reader(table).listEntities({ queryOptions: { filter: filterOf(query), ...columns } });
  }

  async pause(ms: number): Promise<void> {
    await sleep(ms);
  }

  async write(table: string, writes: readonly RowWrite[]): Promise<readonly string[]> {
    const client = this.#writer(table);
    const [first] = writes;
    if (first === undefined) throw new RangeError('a transaction needs at least one write');
    try {
      return writes.length === 1 ? [await writeOne(client, first)] : await writeTogether(client, writes);
    } catch (error) {
      throw writeFailure(error);
    }
  }

  #reader(table: string): TableClient {
    return cached(this.#readers, table, () => this.#clients.reader(table));
  }

  #writer(table: string): TableClient {
    return cached(this.#writers, table, () => sendAscii(addDeleteConditions(this.#clients.writer(table))));
  }
}

function filterOf({ partitionKey, among, ...range }: Omit<RowQuery, 'limit' | 'select'>): string {
  const conditions = [...partitionsOf(partitionKey), ...conditionsOf(range)];
  if (among !== undefined) conditions.push(`(${among.map(anyOf).join(' or ')})`);
  return conditions.join(' and ');
}

/**
 * A range of keys, and never several partitions by `or`: the service would scan the whole table for those.
 */
function partitionsOf(keys: RowKeys): string[] {
  if (typeof keys === 'string') return [odata`PartitionKey eq ${keys}`];
  return [odata`PartitionKey ge ${keys.from}`, odata`PartitionKey lt ${keys.to}`];
}

function anyOf(keys: RowKeys): string {
  return typeof keys === 'string' ? odata`RowKey eq ${keys}` : `(${conditionsOf(keys).join(' and ')})`;
}

function conditionsOf({ from, to }: KeyRange): string[] {
  return [
    ...(from === undefined ? [] : [odata`RowKey ge ${from}`]),
    ...(to === undefined ? [] : [odata`RowKey lt ${to}`]),
  ];
}

async function writeOne(client: TableClient, write: RowWrite): Promise<string> {
  switch (write.kind) {
    case 'insert':
      return etagOf(await client.createEntity(entityOf(write.row)));
    case 'merge':
      return etagOf(await client.updateEntity(entityOf(write.row), 'Merge', { etag: write.etag }));
    case 'replace':
      return etagOf(await client.updateEntity(entityOf(write.row), 'Replace', { etag: write.etag }));
    case 'delete':
      await client.deleteEntity(write.partitionKey, write.rowKey, { etag: write.etag });
      return '';
  }
}

async function writeTogether(client: TableClient, writes: readonly RowWrite[]): Promise<string[]> {
  const deletes = writes.flatMap((write) => (write.kind === 'delete' ? [write.etag] : []));
  const { subResponses } = await withDeleteConditions(deletes, () => client.submitTransaction(writes.map(actionOf)));
  return writes.map((write, index) => (write.kind === 'delete' ? '' : etagOf(subResponses[index] ?? {})));
}

function actionOf(write: RowWrite): TransactionAction {
  switch (write.kind) {
    case 'insert':
      return ['create', entityOf(write.row)];
    case 'merge':
      return ['update', entityOf(write.row), 'Merge', { etag: write.etag }];
    case 'replace':
      return ['update', entityOf(write.row), 'Replace', { etag: write.etag }];
    case 'delete':
      return ['delete', { partitionKey: write.partitionKey, rowKey: write.rowKey }];
  }
}

function etagOf({ etag }: { readonly etag?: string | undefined }): string {
  if (etag === undefined) throw new Error('the service answered a write without an ETag');
  return etag;
}

function cached<Value>(values: Map<string, Value>, name: string, make: () => Value): Value {
  const value = values.get(name) ?? make();
  values.set(name, value);
  return value;
}
