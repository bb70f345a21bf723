import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';

/**
 * What is in the account, read as a person with Storage Explorer does: by the storage SDKs alone, past Tally's own code and past the faults.
 */
export interface RawRow {
  readonly partitionKey: string;
  readonly rowKey: string;
  /** Every column, as it stands there. */
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

/** A text that is longer than a property holds goes on in `<name>1`, `<name>2`, …; `<name>Parts` says in how many. */
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

/** Messages in each queue of the account, hidden ones included. */
export async function readDepths(storage: string): Promise<ReadonlyMap<string, number>> {
  const depths = new Map<string, number>();
  for (const [name, queue] of await queuesOf(storage)) {
    depths.set(name, (await queue.getProperties()).approximateMessagesCount ?? 0);
  }
  return depths;
}

/** How many messages are visible in these queues; of each at most 32 count. */
export async function peekAll(storage: string, names: ReadonlySet<string>): Promise<number> {
  const queues = [...(await queuesOf(storage))].flatMap(([name, queue]) => (names.has(name) ? [queue] : []));
  const peeked = await Promise.all(queues.map((queue) => queue.peekMessages({ numberOfMessages: 32 })));
  return peeked.reduce((sum, { peekedMessageItems }) => sum + peekedMessageItems.length, 0);
}

type Queue = ReturnType<QueueServiceClient['getQueueClient']>;
const known = new Map<string, ReadonlyMap<string, Queue>>();

/** Looked up once: no queue comes or goes while a system runs. */
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
