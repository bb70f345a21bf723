import { type Json, keyText } from '@tally/contracts';
import type { Marker } from '@tally/run-state';
import * as z from 'zod';
import type { MapKey } from '../stored.ts';
import type { Row } from '../tables/tables.ts';
import { itemCount, shardNumber } from './bounds.ts';
import { decodeCells, encodeCells, jsonText } from './cells.ts';
import { markerKey, TABLES } from './keys.ts';
import { failuresSchema } from './ledger-row.ts';

const LONG = ['failures', 'fold'];

export interface MarkerCodec {
  encode(key: MapKey, marker: Marker): Row;
  /** @throws UnreadableRowError */
  decode(row: Row): Marker;
}

export function markerCodec(fold: z.ZodType<Json>): MarkerCodec {
  const schema = z.object({
    shard: shardNumber,
    succeeded: itemCount,
    failed: itemCount,
    failures: jsonText(failuresSchema.readonly()),
    fold: jsonText(fold),
  });
  return {
    encode: ({ runId, gen, ...round }, marker) => ({
      partitionKey: keyText(runId),
      rowKey: markerKey(gen, round, marker.shard),
      cells: encodeCells(schema, marker, LONG),
    }),
    decode: (row) => decodeCells(schema, TABLES.runs, row, LONG),
  };
}
