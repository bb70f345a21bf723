import { z } from 'zod';
import { type RawRow, readTable } from '../storage-view.ts';

/** All rows of the product's tables. */
export interface Account {
  readonly runs: readonly RawRow[];
  readonly chunks: readonly RawRow[];
  readonly index: readonly RawRow[];
  readonly deadLetters: readonly RawRow[];
}

export async function readAccount(storage: string): Promise<Account> {
  const [runs, chunks, index, deadLetters] = await Promise.all(
    ['runs', 'chunks', 'index', 'deadletters'].map((table) => readTable(storage, table)),
  );
  return { runs: runs ?? [], chunks: chunks ?? [], index: index ?? [], deadLetters: deadLetters ?? [] };
}

/** The status of each run, by id. */
export function statusesOf(runs: readonly RawRow[]): ReadonlyMap<string, string> {
  const rows = runs.filter(({ rowKey }) => rowKey === 'run');
  return new Map(rows.map(({ partitionKey, cells }) => [partitionKey, z.string().parse(cells['status'])]));
}

/** A column of JSON text. */
function json<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);
}

const runCells = z.object({
  status: z.enum(['Completed', 'Failed', 'Terminated']),
  gen: z.string(),
  total: z.number(),
  shards: z.number(),
  epoch: z.number(),
  createdTime: z.iso.datetime(),
  lastUpdatedTime: z.iso.datetime(),
  housed: json(z.object({ succeeded: z.number(), failed: z.number(), aborted: z.number() })),
  output: json(z.unknown()).optional(),
  error: json(z.object({ code: z.string(), message: z.string() })).optional(),
  purgedTime: z.string().optional(),
});
export type RunCells = z.infer<typeof runCells>;

const ledgerCells = z.object({
  first: z.number(),
  count: z.number(),
  epoch: z.number(),
  closed: z.boolean(),
  todo: z.string(),
  open: json(z.array(z.unknown())),
  succeeded: z.number(),
  failed: z.number(),
  fold: json(z.object({ faces: z.number(), noFace: z.number(), sumMillionths: z.number() })),
});
export type LedgerCells = z.infer<typeof ledgerCells>;

const outcome = z
  .discriminatedUnion('status', [
    z.object({
      status: z.literal('succeeded'),
      result: z.object({ faces: z.array(z.object({ happiness: z.number() })) }),
    }),
    z.object({ status: z.literal('failed'), error: z.object({ code: z.string(), message: z.string() }) }),
  ])
  .nullable();
export type RecordedOutcome = z.infer<typeof outcome>;

const chunkCells = z.object({
  first: z.number(),
  count: z.number(),
  urls: json(z.array(z.string())),
  results: json(z.array(outcome)).optional(),
});

/** An item as its chunk's row has it. */
export interface RecordedItem {
  readonly index: number;
  readonly url: string;
  readonly outcome: RecordedOutcome;
}

export interface RecordedShard {
  readonly number: number;
  readonly ledger: LedgerCells;
  readonly items: readonly RecordedItem[];
}

/** A run and all that is recorded of it. */
export interface RecordedRun {
  readonly id: string;
  readonly run: RunCells;
  readonly shards: readonly RecordedShard[];
  /** Numbers of the shards that have a marker. */
  readonly markers: readonly number[];
  readonly timeline: readonly { readonly time: string; readonly type: string }[];
  /** Partitions of other generations than the run's, of which nothing should be left. */
  readonly strays: readonly string[];
  /** Lines of the listing, for this generation and for others. */
  readonly dayRows: readonly string[];
}

const historyCells = z.object({ gen: z.string(), time: z.string(), type: z.string() });

/**
 * The run of this id as the rows have it; null: there is none.
 * @throws z.ZodError where a row is not what the design says
 */
export function recordedRun({ runs, chunks, index }: Account, id: string): RecordedRun | null {
  const ofRun = runs.filter(({ partitionKey }) => partitionKey === id);
  const row = ofRun.find(({ rowKey }) => rowKey === 'run');
  if (row === undefined) return null;
  const run = runCells.parse(row.cells);
  const partitions = Object.entries(
    Object.groupBy(
      chunks.filter(({ partitionKey }) => partitionKey.startsWith(`${id}:`)),
      ({ partitionKey }) => partitionKey,
    ),
  );
  const isCurrent = (partition: string): boolean => partition.startsWith(`${id}:${run.gen}:`);
  return {
    id,
    run,
    shards: partitions.flatMap(([partition, rows = []]) =>
      isCurrent(partition) ? [recordedShard(partition, rows)] : [],
    ),
    markers: ofRun.flatMap(({ rowKey }) => (rowKey.startsWith('shard:') ? [Number(rowKey.slice(6))] : [])),
    timeline: ofRun
      .filter(({ rowKey }) => rowKey.startsWith('history:'))
      .map(({ cells }) => historyCells.parse(cells))
      .filter(({ gen }) => gen === run.gen),
    strays: partitions.map(([partition]) => partition).filter((partition) => !isCurrent(partition)),
    dayRows: index
      .filter(({ partitionKey, rowKey }) => partitionKey.startsWith('day:') && rowKey.includes(`-${id}:`))
      .map(({ rowKey }) => rowKey),
  };
}

function recordedShard(partition: string, rows: readonly RawRow[]): RecordedShard {
  const ledger = rows.find(({ rowKey }) => rowKey === 'shard');
  const items = rows
    .filter(({ rowKey }) => rowKey.startsWith('chunk:'))
    .flatMap(({ cells }) => {
      const { first, urls, results } = chunkCells.parse(cells);
      return urls.map((url, place): RecordedItem => ({ index: first + place, url, outcome: results?.[place] ?? null }));
    });
  return { number: Number(partition.split(':').at(-1)), ledger: ledgerCells.parse(ledger?.cells), items };
}
