import { TableClient } from '@azure/data-tables';
import { QueueClient } from '@azure/storage-queue';
import { keyText } from '@tally/contracts';
import * as z from 'zod';

/**
 * Reads rows and messages with the storage SDKs alone, without Tally's own code. A person with Storage
 * Explorer sees the same.
 */
const ledgerSchema = z.object({
  rowKey: z.literal('shard'),
  partitionKey: z.string(),
  first: z.number(),
  count: z.number(),
  epoch: z.number(),
  closed: z.boolean(),
  todo: z.string(),
  open: z
    .string()
    .transform((text) => z.array(z.object({ chunk: z.number(), by: z.string() })).parse(JSON.parse(text))),
  succeeded: z.number(),
  failed: z.number(),
});
export type LedgerRow = z.infer<typeof ledgerSchema>;

const chunkSchema = z.object({
  rowKey: z.string().startsWith('chunk:'),
  partitionKey: z.string(),
  first: z.number(),
  count: z.number(),
  urls: z.string(),
  results: z.string().optional(),
});

function table(storage: string, name: string): TableClient {
  return TableClient.fromConnectionString(storage, name, { allowInsecureConnection: true });
}

const runSchema = z.object({ gen: z.string(), epoch: z.number() });

/** The values that a message of a run must name. */
export async function readRun(storage: string, runId: string): Promise<z.infer<typeof runSchema>> {
  return runSchema.parse(await table(storage, 'runs').getEntity(keyText(runId), 'run'));
}

/** Changes the chain of a run, as if a newer deployment had started the run. */
export async function renameChain(storage: string, runId: string, chain: string): Promise<void> {
  await table(storage, 'runs').updateEntity({ partitionKey: keyText(runId), rowKey: 'run', name: chain }, 'Merge');
}

/**
 * Changes the version of a run's row, as if another version of Tally had written it.
 * @returns the version before
 */
export async function setRowVersion(storage: string, runId: string, v: number): Promise<number> {
  const place = { partitionKey: keyText(runId), rowKey: 'run' };
  const before = await table(storage, 'runs').getEntity(place.partitionKey, place.rowKey);
  await table(storage, 'runs').updateEntity({ ...place, v }, 'Merge');
  return z.number().parse(before['v']);
}

/** The ledgers of all shards of a run. */
export async function readLedgers(storage: string, runId: string): Promise<LedgerRow[]> {
  const filter = `PartitionKey ge '${runId}:' and PartitionKey lt '${runId};' and RowKey eq 'shard'`;
  const rows: LedgerRow[] = [];
  for await (const row of table(storage, 'chunks').listEntities({ queryOptions: { filter } }))
    rows.push(ledgerSchema.parse(row));
  return rows;
}

/** Every item of a run with its recorded status, directly from the chunk rows. */
export async function readOutcomes(storage: string, runId: string): Promise<Map<number, string>> {
  const filter = `PartitionKey ge '${runId}:' and PartitionKey lt '${runId};' and RowKey ge 'chunk:' and RowKey lt 'chunk;'`;
  const outcomes = new Map<number, string>();
  for await (const row of table(storage, 'chunks').listEntities({ queryOptions: { filter } })) {
    const chunk = chunkSchema.parse(row);
    const results = z.array(z.object({ status: z.string() }).nullable()).parse(JSON.parse(chunk.results ?? '[]'));
    for (const [place, result] of results.entries()) outcomes.set(chunk.first + place, result?.status ?? 'none');
  }
  return outcomes;
}

/** The runs with unfinished work. */
export async function readLives(storage: string): Promise<string[]> {
  const keys: string[] = [];
  const filter = "PartitionKey ge 'live' and PartitionKey lt 'live;'";
  for await (const row of table(storage, 'index').listEntities({ queryOptions: { filter } }))
    keys.push(String(row.rowKey));
  return keys;
}

/** Every text cell of every row of a table, as a person would read it. */
export async function readCells(
  storage: string,
  name: string,
): Promise<{ row: string; column: string; text: string }[]> {
  const cells: { row: string; column: string; text: string }[] = [];
  for await (const row of table(storage, name).listEntities()) {
    for (const [column, value] of Object.entries(row)) {
      if (typeof value === 'string')
        cells.push({ row: `${String(row.partitionKey)}/${String(row.rowKey)}`, column, text: value });
      else if (value instanceof Uint8Array) throw new Error(`${name}: column ${column} is binary`);
    }
  }
  return cells;
}

/** The texts at a queue's head, at most 32. */
export async function peek(storage: string, queue: string): Promise<string[]> {
  const client = queueClient(storage, queue);
  return (await client.peekMessages({ numberOfMessages: 32 })).peekedMessageItems.map((item) => item.messageText);
}

/** Number of messages in a queue, including hidden ones. */
export async function depth(storage: string, queue: string): Promise<number> {
  return (await queueClient(storage, queue).getProperties()).approximateMessagesCount ?? 0;
}

/** Puts a text into a queue by hand. */
export async function put(storage: string, queue: string, text: string): Promise<void> {
  await queueClient(storage, queue).sendMessage(text);
}

function queueClient(storage: string, queue: string): QueueClient {
  return new QueueClient(storage, queue);
}
