import { formatRanges, type Ledger, parseRanges, type Ranges } from '@tally/run-state';
import { z } from 'zod';
import type { ShardKey } from '../port.ts';
import type { Row } from '../tables/tables.ts';
import { count, decodeCells, encodeCells, isoTime, jsonText } from './cells.ts';
import { LEDGER_ROW, shardPartition, TABLES } from './keys.ts';

/** Chunk numbers as a person reads them, `3-31,40`. */
const ranges = z.codec(z.string(), z.custom<Ranges>(Array.isArray), {
  decode: (text, context) => {
    try {
      return parseRanges(text);
    } catch {
      context.issues.push({ code: 'custom', message: 'not ascending ranges', input: text });
      return z.NEVER;
    }
  },
  encode: formatRanges,
});

const openSchema = z.array(
  z.object({ chunk: count, at: isoTime, sends: count, by: z.string(), notBefore: isoTime.optional() }),
);

const owedSchema = z.array(
  z.object({ chunk: count, at: isoTime, items: z.array(count).readonly(), reason: z.string() }),
);

export const failuresSchema = z.array(
  z.object({ code: z.string(), count, example: z.object({ index: count, message: z.string() }) }),
);

function ledgerSchema<Folded>(fold: z.ZodType<Folded>) {
  return z.object({
    first: count,
    count,
    epoch: count,
    closed: z.boolean(),
    todo: ranges,
    open: jsonText(openSchema.readonly()),
    /** Dead letters that are still to be kept; no column where there are none. */
    owed: jsonText(owedSchema.readonly()).optional(),
    /** Longest time from claim to commit, in milliseconds. */
    slowest: z.number(),
    succeeded: count,
    failed: count,
    failures: jsonText(failuresSchema.readonly()),
    fold: jsonText(fold),
  });
}

/** Columns that may be longer than a property holds: a full window of claims does, at about 140 characters each. */
const LONG = ['open', 'owed', 'failures', 'fold', 'todo'];

export interface LedgerCodec<Folded> {
  encode(key: ShardKey, ledger: Ledger<Folded>): Row;
  /** @throws UnreadableRowError */
  decode(key: ShardKey, row: Row): Ledger<Folded>;
}

export function ledgerCodec<Folded>(fold: z.ZodType<Folded>): LedgerCodec<Folded> {
  const schema = ledgerSchema(fold);
  return {
    encode: (key, { slowestMs, owed, ...rest }) => ({
      partitionKey: shardPartition(key),
      rowKey: LEDGER_ROW,
      cells: encodeCells(schema, { ...rest, slowest: slowestMs, owed: owed.length === 0 ? undefined : owed }, LONG),
    }),
    decode: (key, row) => {
      const { slowest, owed = [], ...rest } = decodeCells(schema, TABLES.chunks, row, LONG);
      return { ...rest, owed, shard: key.shard, slowestMs: slowest };
    },
  };
}
