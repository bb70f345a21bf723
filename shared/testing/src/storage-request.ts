import type { IncomingHttpHeaders } from 'node:http';

/** What a request asks of the storage service, in the terms of its REST reference. */
export type StorageOperation =
  | 'PutMessage'
  | 'GetMessages'
  | 'PeekMessages'
  | 'DeleteMessage'
  | 'UpdateMessage'
  | 'ClearMessages'
  | 'QueueMetadata'
  | 'CreateQueue'
  | 'DeleteQueue'
  | 'ListQueues'
  | 'GetEntity'
  | 'QueryEntities'
  | 'InsertEntity'
  | 'MergeEntity'
  | 'UpdateEntity'
  | 'DeleteEntity'
  | 'EntityGroupTransaction'
  | 'CreateTable'
  | 'DeleteTable'
  | 'ListTables'
  | 'Other';

/** One operation inside an entity group transaction. */
export type BatchOperation = {
  operation: StorageOperation;
  table: string;
  /** The properties that it writes, as JSON names them. Absent for a deletion. */
  entity?: unknown;
  /** The ETag that it depends on, or `*`. Absent if it depends on none. */
  ifMatch?: string;
};

/** A request on its way to the storage service, parsed as far as tests need it. */
export type StorageRequest = {
  service: 'queue' | 'table';
  operation: StorageOperation;
  /** The name of the queue or table. Empty if the request names none. */
  target: string;
  method: string;
  /** Path and query, as sent. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The text of a message that is put or updated. */
  message?: string;
  /** The id of a message that is updated or deleted. */
  messageId?: string;
  /** The operations of an entity group transaction, in order. */
  batch?: readonly BatchOperation[];
};

/** Reads method, path and body of a request to a path-style account (`/<account>/<queue or table>…`). */
export function readStorageRequest(
  service: 'queue' | 'table',
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): StorageRequest {
  const { pathname, searchParams } = new URL(url, 'http://storage.invalid');
  const [, , resource = '', messages, messageId] = pathname.split('/').map(decodeURIComponent);
  const raw = { service, method, url, headers, body };
  if (service === 'queue') {
    const operation = queueOperation(method, resource, messages !== undefined, messageId, searchParams);
    const message = messageText(body);
    return {
      ...raw,
      operation,
      target: resource,
      ...(message !== undefined && { message }),
      ...(messageId !== undefined && { messageId }),
    };
  }
  if (resource === '$batch') {
    const batch = readBatch(body.toString('utf8'));
    return { ...raw, operation: 'EntityGroupTransaction', target: batch[0]?.table ?? '', batch };
  }
  const asked = tableOperation(method, resource);
  return { ...raw, ...asked, target: asked.operation === 'CreateTable' ? newTable(body) : asked.target };
}

function queueOperation(
  method: string,
  queue: string,
  ofMessages: boolean,
  messageId: string | undefined,
  query: URLSearchParams,
): StorageOperation {
  if (queue === '') return query.get('comp') === 'list' ? 'ListQueues' : 'Other';
  if (!ofMessages) {
    if (query.get('comp') === 'metadata') return 'QueueMetadata';
    if (query.has('comp')) return 'Other';
    return method === 'PUT' ? 'CreateQueue' : method === 'DELETE' ? 'DeleteQueue' : 'Other';
  }
  if (method === 'POST') return 'PutMessage';
  if (method === 'GET') return query.get('peekonly') === 'true' ? 'PeekMessages' : 'GetMessages';
  if (method === 'PUT') return 'UpdateMessage';
  if (method === 'DELETE') return messageId === undefined ? 'ClearMessages' : 'DeleteMessage';
  return 'Other';
}

/** Only the body holds the name of a table to create. */
function newTable(body: Buffer): string {
  return /"TableName":"(\w+)"/.exec(body.toString('utf8'))?.[1] ?? '';
}

/** `resource` is `Tables`, `Tables('name')`, `name`, `name()` or `name(PartitionKey='…',RowKey='…')`. */
function tableOperation(method: string, resource: string): { operation: StorageOperation; target: string } {
  const [, target = '', key = ''] = /^([^(]*)(?:\((.*)\))?$/s.exec(resource) ?? [];
  if (target === 'Tables') {
    const name = key.replace(/^'|'$/g, '');
    const operation = method === 'POST' ? 'CreateTable' : method === 'DELETE' ? 'DeleteTable' : 'ListTables';
    return { operation, target: name };
  }
  return { operation: entityOperation(method, key !== ''), target };
}

function entityOperation(method: string, oneEntity: boolean): StorageOperation {
  switch (method) {
    case 'GET':
      return oneEntity ? 'GetEntity' : 'QueryEntities';
    case 'POST':
      return 'InsertEntity';
    case 'PATCH':
    case 'MERGE':
      return 'MergeEntity';
    case 'PUT':
      return 'UpdateEntity';
    case 'DELETE':
      return 'DeleteEntity';
    default:
      return 'Other';
  }
}

/** Each part of a batch is a separate request: a request line with the absolute URL, headers, and JSON. */
function readBatch(body: string): BatchOperation[] {
  return body.split(/^--changeset_[^\r\n]*\r?\n/m).flatMap((part) => {
    const line = /^(GET|POST|PUT|PATCH|MERGE|DELETE) (\S+) HTTP\/1\.1\r?$/m.exec(part);
    const [, method, url] = line ?? [];
    if (line === null || method === undefined || url === undefined) return [];
    const { pathname } = new URL(url);
    const { operation, target: table } = tableOperation(method, decodeURIComponent(pathname.split('/')[2] ?? ''));
    const json = /\r?\n\r?\n(\{.*\})/s.exec(part.slice(line.index))?.[1];
    const entity: unknown = json === undefined ? undefined : JSON.parse(json);
    const ifMatch = /^If-Match: ([^\r\n]+)/im.exec(part)?.[1];
    return [{ operation, table, ...(entity !== undefined && { entity }), ...(ifMatch !== undefined && { ifMatch }) }];
  });
}

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function messageText(body: Buffer): string | undefined {
  const xml = /<MessageText>(.*)<\/MessageText>/s.exec(body.toString('utf8'))?.[1];
  return xml?.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return entities[name] ?? whole;
    return String.fromCodePoint(typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal));
  });
}
