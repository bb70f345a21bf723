import type { Disturbance } from '@tally/testing';
import * as z from 'zod';

type StorageRequest = Parameters<Disturbance>[0];

/** A write to a run's partition, as an observer of the storage sees it. */
export interface RunWrite {
  readonly runId: string;
  /** The states of the nodes in this write. Null: it doesn't write the run row. */
  readonly nodes: z.infer<typeof nodesSchema> | null;
  /** The nodes whose results it writes. */
  readonly results: readonly string[];
  readonly bringsEvent: boolean;
}

const nodesSchema = z.record(
  z.string(),
  z.object({ state: z.string(), outcome: z.string().optional(), sends: z.number().optional() }),
);
const rowSchema = z.object({
  PartitionKey: z.string(),
  RowKey: z.string(),
  nodes: z.string().optional(),
  result: z.string().optional(),
});

/** @returns null if the request writes no row of a run */
export function runWriteOf({ target, method, body, batch }: StorageRequest): RunWrite | null {
  if (target !== 'runs' || method === 'GET') return null;
  const entities = batch === undefined ? [jsonOf(body)] : batch.map(({ entity }) => entity);
  const rows = entities.flatMap((entity) => rowSchema.safeParse(entity).data ?? []);
  const [first] = rows;
  if (first === undefined) return null;
  const nodes = rows.find(({ RowKey }) => RowKey === 'run')?.nodes;
  return {
    runId: first.PartitionKey,
    nodes: nodes === undefined ? null : nodesSchema.parse(JSON.parse(nodes)),
    results: rows.flatMap(({ RowKey, result }) =>
      result === undefined ? [] : (/^task:\w+:(.+)\.\d+$/.exec(RowKey)?.[1] ?? []),
    ),
    bringsEvent: rows.some(({ RowKey }) => RowKey.startsWith('event:')),
  };
}

/** The run and the node that a message is for. Null if the request puts no message of a node. */
export function messageOf({ operation, message }: StorageRequest): { runId: string; node: string } | null {
  if (operation !== 'PutMessage' || message === undefined) return null;
  return z.object({ runId: z.string(), node: z.string() }).safeParse(JSON.parse(message)).data ?? null;
}

function jsonOf(body: Buffer): unknown {
  return body.length === 0 ? null : JSON.parse(body.toString());
}
