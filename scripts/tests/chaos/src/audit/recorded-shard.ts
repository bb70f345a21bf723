import * as z from 'zod';
import type { RawRow } from '../storage-view.ts';
import { json } from './cells.ts';

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
type LedgerCells = z.infer<typeof ledgerCells>;

const outcome = z
  .discriminatedUnion('status', [
    z.object({
      status: z.literal('succeeded'),
      result: z.object({ faces: z.array(z.object({ happiness: z.number() })) }),
    }),
    z.object({ status: z.literal('failed'), error: z.object({ code: z.string(), message: z.string() }) }),
  ])
  .nullable();
type RecordedOutcome = z.infer<typeof outcome>;

const chunkCells = z.object({
  first: z.number(),
  count: z.number(),
  urls: json(z.array(z.string())),
  results: json(z.array(outcome)).optional(),
});

/** An item as its chunk's row holds it. */
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

/** @throws z.ZodError if a row is not as designed */
export function recordedShard(partition: string, rows: readonly RawRow[]): RecordedShard {
  const ledger = rows.find(({ rowKey }) => rowKey === 'shard');
  const items = rows
    .filter(({ rowKey }) => rowKey.startsWith('chunk:'))
    .flatMap(({ cells }) => {
      const { first, urls, results } = chunkCells.parse(cells);
      return urls.map((url, place): RecordedItem => ({ index: first + place, url, outcome: results?.[place] ?? null }));
    });
  return { number: Number(partition.split(':').at(-1)), ledger: ledgerCells.parse(ledger?.cells), items };
}
