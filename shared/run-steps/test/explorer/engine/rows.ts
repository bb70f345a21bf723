import type { StoredRow } from '@tally/run-store';
import * as z from 'zod';
import type { World } from '../world.ts';

/** Rows as they are in the tables, read without any of the code under test. */

function json<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);
}

const optionsSchema = z.object({
  tolerance: z.object({ count: z.number().optional() }),
  deadline: z.string().optional(),
  givenMs: z.number().optional(),
});

const planSchema = z.object({
  total: z.number(),
  shards: z.number(),
  counted: z.string(),
});

const nodeSchema = z.looseObject({
  state: z.enum(['out', 'open', 'waiting', 'child', 'ended', 'stopped']),
  since: z.number(),
  attempt: z.number().optional(),
  outcome: z.string().optional(),
  until: z.string().nullable().optional(),
  runId: z.string().optional(),
  map: planSchema.optional(),
});

const runSchema = z.object({
  status: z.enum(['Pending', 'Running', 'Suspended', 'Completed', 'Failed', 'Terminated']),
  gen: z.string(),
  epoch: z.number(),
  nodes: json(z.record(z.string(), nodeSchema)),
  opened: json(z.array(z.object({ node: z.string(), since: z.number(), shards: z.number() }))),
  owed: json(z.array(z.unknown())),
  options: json(optionsSchema),
  verdict: json(z.object({ status: z.string() }).nullable()).optional(),
  parent: json(z.object({ runId: z.string() })).optional(),
  endedTime: z.string().optional(),
  housed: json(z.object({ succeeded: z.number(), failed: z.number(), aborted: z.number() }).nullable()).optional(),
  output: json(z.unknown()).optional(),
  error: json(z.object({ code: z.string() })).optional(),
  purgedTime: z.string().optional(),
});
export type RunCells = z.infer<typeof runSchema>;

const ledgerSchema = z.object({
  epoch: z.number(),
  closed: z.boolean(),
  todo: z.string(),
  open: json(z.array(z.object({ chunk: z.number(), items: z.array(z.number()).optional() }))),
  owed: json(z.array(z.unknown())).optional(),
  succeeded: z.number(),
  failed: z.number(),
  failures: json(z.array(z.object({ count: z.number() }))),
  fold: json(z.object({ count: z.number(), sum: z.number() })),
});
export type LedgerCells = z.infer<typeof ledgerSchema>;

const outcome = z
  .union([
    z.object({ status: z.literal('succeeded'), result: z.number() }),
    z.object({ status: z.literal('failed'), error: z.object({ code: z.string() }) }),
  ])
  .nullable();

const chunkSchema = z.object({
  first: z.number(),
  items: json(z.array(z.string())),
  results: json(z.array(outcome)).optional(),
});

export interface ChunkCells {
  readonly chunk: number;
  readonly first: number;
  readonly items: readonly string[];
  readonly outcomes: readonly z.infer<typeof outcome>[];
}

/** Reads each row once, because a row never changes. */
function reader<Value>(read: (row: StoredRow) => Value): (row: StoredRow) => Value {
  const known = new WeakMap<StoredRow, Value>();
  return (row) => {
    const value = known.get(row) ?? read(row);
    known.set(row, value);
    return value;
  };
}

const readRun = reader(({ cells }) => runSchema.parse(cells));
const readLedger = reader(({ cells }) => ledgerSchema.parse(cells));
const readChunk = reader(({ rowKey, cells }): ChunkCells => {
  const { first, items, results } = chunkSchema.parse(cells);
  return { chunk: Number(rowKey.slice(6)), first, items, outcomes: results ?? items.map(() => null) };
});

/** The run as it stands; null: there is none, or it is purged. */
export function runIn(world: World, runId = 'run'): RunCells | null {
  const row = world.tables.row('runs', runId, 'run');
  const run = row === null ? null : readRun(row);
  return run?.purgedTime === undefined ? run : null;
}

/** All existing runs, by the keys of their partitions. */
export function runsIn(world: World): [string, RunCells][] {
  return world.tables
    .rows('runs')
    .filter(({ rowKey, cells }) => rowKey === 'run' && cells['purgedTime'] === undefined)
    .map((row) => [row.partitionKey, readRun(row)]);
}

/** When the event for the gate came; null: it hasn't come. */
export function eventIn(world: World, generation: string, runId = 'run'): string | null {
  const row = world.tables.row('runs', runId, `event:${generation}:Approval`);
  return row === null ? null : String(row.cells['time']);
}

/** The timeline of a run, in order, without raised events. */
export function timelineIn(world: World, generation: string, runId = 'run'): { time: string; type: string }[] {
  const lines = world.tables
    .partition('runs', runId)
    .filter(({ rowKey, cells }) => rowKey.startsWith('history:') && cells['gen'] === generation)
    .sort((a, b) => (a.rowKey < b.rowKey ? -1 : 1))
    .map(({ cells }) => ({ time: String(cells['time']), type: String(cells['type']) }));
  return lines.filter(({ type }) => type !== 'EventRaised');
}

export interface ShardRows {
  readonly ledger: LedgerCells | null;
  readonly chunks: readonly ChunkCells[];
}

/** The rows of a partition of the chunks' table. */
export function shardIn(world: World, partitionKey: string): ShardRows {
  const rows = world.tables.partition('chunks', partitionKey);
  const ledger = rows.find(({ rowKey }) => rowKey === 'shard');
  return {
    ledger: ledger === undefined ? null : readLedger(ledger),
    chunks: rows.filter(({ rowKey }) => rowKey.startsWith('chunk:')).map(readChunk),
  };
}

export interface Round {
  readonly node: string;
  readonly since: number;
}

export function partitionOf(generation: string, { node, since }: Round, shard: number, runId = 'run'): string {
  return `${runId}:${generation}:${node}.${since}:${String(shard).padStart(4, '0')}`;
}

/** The shards of a map node in its present round; none where it isn't open. */
export function shardsOf(world: World, run: RunCells, node: string, runId = 'run'): ShardRows[] {
  const state = run.nodes[node];
  if (state?.map === undefined) return [];
  const { since, map } = state;
  return Array.from({ length: map.shards }, (_, shard) =>
    shardIn(world, partitionOf(run.gen, { node, since }, shard, runId)),
  );
}

/** Whether a number is in ranges such as `3-31,40`. */
export function isIn(ranges: string, number: number): boolean {
  return ranges.split(',').some((range) => {
    const [from = '', to = from] = range.split('-');
    return range !== '' && number >= Number(from) && number <= Number(to);
  });
}

export function isEnded({ status }: Pick<RunCells, 'status'>): boolean {
  return status === 'Completed' || status === 'Failed' || status === 'Terminated';
}
