import { type Json, keyText } from '@tally/contracts';
import type { ShardSummary } from '@tally/run-state';
import * as z from 'zod';
import type { MapKey } from '../stored.ts';
import type { Row } from '../tables/tables.ts';
import { itemCount, shardNumber } from './bounds.ts';
import { decodeCells, encodeCells, jsonText } from './cells.ts';
import { summaryKey, TABLES } from './keys.ts';
import { failuresSchema } from './ledger-row.ts';

const LONG = ['failures', 'fold'];

export interface SummaryCodec {
  encode(key: MapKey, summary: ShardSummary): Row;
  /** @throws UnreadableRowError */
  decode(row: Row): ShardSummary;
}

export function summaryCodec(fold: z.ZodType<Json>): SummaryCodec {
  const schema = z.object({
    shard: shardNumber,
    succeeded: itemCount,
    failed: itemCount,
    failures: jsonText(failuresSchema.readonly()),
    fold: jsonText(fold),
  });
  return {
    encode: ({ runId, generation, ...round }, summary) => ({
      partitionKey: keyText(runId),
      rowKey: summaryKey(generation, round, summary.shard),
      cells: encodeCells(schema, summary, LONG),
    }),
    decode: (row) => decodeCells(schema, TABLES.runs, row, LONG),
  };
}
