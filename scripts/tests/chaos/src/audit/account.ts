import * as z from 'zod';
import { type RawRow, readTable } from '../storage-view.ts';
import { json } from './cells.ts';
import { type RecordedShard, recordedShard } from './recorded-shard.ts';

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

const errorSchema = z.object({ code: z.string(), message: z.string() });

const nodeCells = z.object({
  state: z.enum(['out', 'open', 'waiting', 'child', 'ended', 'stopped']),
  since: z.number(),
  outcome: z.enum(['succeeded', 'failed', 'timedOut', 'skipped']).optional(),
  error: errorSchema.optional(),
  /** Only of a map. `counted` holds ranges such as `0-3,5`. */
  map: z.object({ total: z.number(), shards: z.number(), counted: z.string() }).optional(),
});
export type NodeCells = z.infer<typeof nodeCells>;

const runCells = z.object({
  status: z.enum(['Completed', 'Failed', 'Terminated']),
  name: z.string(),
  gen: z.string(),
  epoch: z.number(),
  nodes: json(z.record(z.string(), nodeCells)),
  opened: json(z.array(z.object({ node: z.string(), since: z.number(), shards: z.number() }))),
  owed: json(z.array(z.unknown())),
  createdTime: z.iso.datetime(),
  lastUpdatedTime: z.iso.datetime(),
  housed: json(z.object({ succeeded: z.number(), failed: z.number(), aborted: z.number() })),
  output: json(z.unknown()).optional(),
  error: json(errorSchema).optional(),
  purgedTime: z.string().optional(),
});
export type RunCells = z.infer<typeof runCells>;

const taskCells = z.object({ input: json(z.unknown()), result: json(z.unknown()).optional() });
/** A task's row: the input and the result of one of its rounds. The result is absent if there is none. */
export type TaskCells = z.infer<typeof taskCells>;

const historyCells = z.object({
  gen: z.string(),
  time: z.string(),
  type: z.string(),
  detail: json(z.unknown()).optional(),
});
export type TimelineLine = Pick<z.infer<typeof historyCells>, 'time' | 'type' | 'detail'>;

/** A run and everything that is recorded of it. */
export interface RecordedRun {
  readonly id: string;
  readonly run: RunCells;
  /** The shards of its map nodes. */
  readonly shards: readonly RecordedShard[];
  /** Shards that have a summary, as `<node>.<since>:<shard>`. */
  readonly summaries: readonly string[];
  /** The tasks' rows, by `<node>.<since>`. */
  readonly tasks: ReadonlyMap<string, TaskCells>;
  /** Payloads of the events that arrived, by name. */
  readonly events: ReadonlyMap<string, unknown>;
  readonly timeline: readonly TimelineLine[];
  /** Partitions and rows of generations other than the run's. None should be left. */
  readonly strays: readonly string[];
  /** Lines of the listing, for this generation and for others. */
  readonly dayRows: readonly string[];
}

/**
 * Rows that belong to one generation, by the prefixes of their keys. `history` rows are distinguished by a
 * column.
 */
const OF_GENERATION = /^(event|input|letter|out|shard|task):([0-9a-z]+)(?::|$)/;

/**
 * The run of this id as the rows hold it, or null if there is none.
 * @throws z.ZodError if a row is not as designed
 */
export function recordedRun({ runs, chunks, index }: Account, id: string): RecordedRun | null {
  const ofRun = runs.filter(({ partitionKey }) => partitionKey === id);
  const row = ofRun.find(({ rowKey }) => rowKey === 'run');
  if (row === undefined) return null;
  const run = runCells.parse(row.cells);
  const partitions = [
    ...Map.groupBy(
      chunks.filter(({ partitionKey }) => partitionKey.startsWith(`${id}:`)),
      ({ partitionKey }) => partitionKey,
    ),
  ];
  const isCurrent = (partition: string): boolean => partition.startsWith(`${id}:${run.gen}:`);
  const keyed = (kind: string): [key: string, row: RawRow][] => {
    const prefix = `${kind}:${run.gen}:`;
    return ofRun
      .filter(({ rowKey }) => rowKey.startsWith(prefix))
      .map((found) => [found.rowKey.slice(prefix.length), found]);
  };
  const lines = ofRun
    .filter(({ rowKey }) => rowKey.startsWith('history:'))
    .map(({ cells }) => historyCells.parse(cells));
  return {
    id,
    run,
    shards: partitions.flatMap(([partition, rows]) => (isCurrent(partition) ? [recordedShard(partition, rows)] : [])),
    summaries: keyed('shard').map(([key]) => key),
    tasks: new Map(keyed('task').map(([key, { cells }]) => [key, taskCells.parse(cells)])),
    events: new Map(keyed('event').map(([key, { cells }]) => [key, json(z.unknown()).parse(cells['payload'])])),
    timeline: lines.filter(({ gen }) => gen === run.gen),
    strays: [
      ...partitions.map(([partition]) => partition).filter((partition) => !isCurrent(partition)),
      ...ofRun.map(({ rowKey }) => rowKey).filter((key) => (OF_GENERATION.exec(key)?.[2] ?? run.gen) !== run.gen),
    ],
    dayRows: index
      .filter(({ partitionKey, rowKey }) => partitionKey.startsWith('day:') && rowKey.includes(`-${id}:`))
      .map(({ rowKey }) => rowKey),
  };
}
