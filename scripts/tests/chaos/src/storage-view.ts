import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';

/**
 * A row of the account, read by the storage SDKs alone, past Tally's own code and past the faults. A person
 * with Storage Explorer sees the same.
 */
export interface RawRow {
  readonly partitionKey: string;
  readonly rowKey: string;
  /** Every column, as stored. */
  readonly cells: Readonly<Record<string, unknown>>;
}

export async function readTable(storage: string, table: string): Promise<RawRow[]> {
  const client = TableClient.fromConnectionString(storage, table, { allowInsecureConnection: true });
  const rows: RawRow[] = [];
  for await (const { partitionKey = '', rowKey = '', ...cells } of client.listEntities()) {
    rows.push({ partitionKey, rowKey, cells: joinParts(cells) });
  }
  return rows;
}

/**
 * A text that is longer than a property allows continues in `<name>1`, `<name>2`, …; `<name>Parts` holds
 * their number.
 */
function joinParts(cells: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const joined: Record<string, unknown> = { ...cells };
  for (const [column, parts] of Object.entries(cells)) {
    const name = /^(.*)Parts$/.exec(column)?.[1];
    if (name === undefined || typeof parts !== 'number') continue;
    const texts = Array.from({ length: parts }, (_, part) => String(cells[part === 0 ? name : `${name}${part}`]));
    joined[name] = texts.join('');
  }
  return joined;
}

/** Number of messages in each queue of the account, including hidden ones. */
export async function readDepths(storage: string): Promise<ReadonlyMap<string, number>> {
  const depths = new Map<string, number>();
  for (const [name, queue] of await queuesOf(storage)) {
    depths.set(name, (await queue.getProperties()).approximateMessagesCount ?? 0);
  }
  return depths;
}

/** Number of visible messages in these queues, counting at most 32 of each. */
export async function peekAll(storage: string, names: ReadonlySet<string>): Promise<number> {
  const queues = [...(await queuesOf(storage))].flatMap(([name, queue]) => (names.has(name) ? [queue] : []));
  const peeked = await Promise.all(queues.map((queue) => queue.peekMessages({ numberOfMessages: 32 })));
  return peeked.reduce((sum, { peekedMessageItems }) => sum + peekedMessageItems.length, 0);
}

type Queue = ReturnType<QueueServiceClient['getQueueClient']>;
const known = new Map<string, ReadonlyMap<string, Queue>>();

/** Looked up once: no queue is created or deleted while a system runs. */
async function queuesOf(storage: string): Promise<ReadonlyMap<string, Queue>> {
  const found = known.get(storage);
  if (found !== undefined) return found;
  const service = QueueServiceClient.fromConnectionString(storage);
  const queues = new Map<string, Queue>();
  for await (const { name } of service.listQueues()) queues.set(name, service.getQueueClient(name));
  known.set(storage, queues);
  return queues;
}

/** Names and lengths of a container's blobs. */
export async function readBlobs(storage: string, container: string): Promise<{ name: string; bytes: number }[]> {
  const blobs: { name: string; bytes: number }[] = [];
  const client = BlobServiceClient.fromConnectionString(storage).getContainerClient(container);
  for await (const { name, properties } of client.listBlobsFlat())
    blobs.push({ name, bytes: properties.contentLength ?? 0 });
  return blobs;
}
