import type { Json } from '@tally/contracts';
import { formatRanges, isFinished, type Ledger, parseRanges, type Ranges } from '@tally/run-state';
import * as z from 'zod';
import type { ShardKey } from '../stored.ts';
import { UnreadableRowError } from '../tables/row-errors.ts';
import type { Row } from '../tables/tables.ts';
import { BOUNDS, chunkNumber, countTo, durationMs, itemCount, word } from './bounds.ts';
import { decodeCells, encodeCells, isoTime, jsonList, jsonText, placeOf } from './cells.ts';
import { LEDGER_ROW, shardPartition, TABLES } from './keys.ts';

/** Chunk numbers as a person reads them, `3-31,40`. */
const ranges = z.codec(z.string(), z.custom<Ranges>(Array.isArray), {
  decode: (text, context) => {
    try {
      return parseRanges(text, BOUNDS.chunks);
    } catch {
      context.issues.push({ code: 'custom', message: `not ascending ranges below ${BOUNDS.chunks}`, input: text });
      return z.NEVER;
    }
  },
  encode: formatRanges,
});

const openEntry = z.object({
  chunk: chunkNumber,
  at: isoTime,
  sends: countTo(BOUNDS.tries),
  by: word,
  items: z.array(itemCount).min(1).max(BOUNDS.chunkItems).readonly().optional(),
  isIdle: z.boolean().optional(),
  notBefore: isoTime.optional(),
});

const owedLetter = z.object({
  chunk: chunkNumber,
  at: isoTime,
  items: z.array(itemCount).max(BOUNDS.chunkItems).readonly(),
  reason: z.string(),
});

/** Failed items by their codes; the row's size limits how many codes there are. */
export const failuresSchema = z.array(
  z.object({ code: z.string(), count: itemCount, example: z.object({ index: itemCount, message: z.string() }) }),
);

function ledgerSchema(fold: z.ZodType<Json>) {
  return z.object({
    first: itemCount,
    count: itemCount,
    epoch: countTo(BOUNDS.epochs),
    closed: z.boolean(),
    todo: ranges,
    open: jsonList(openEntry, BOUNDS.open),
    /** The outbox of dead letters that are still to be kept; no column where there are none. */
    owed: jsonList(owedLetter, BOUNDS.outbox).optional(),
    /** How long a delivery's tries usually take, in milliseconds. */
    usual: durationMs,
    usualAt: isoTime.optional(),
    succeeded: itemCount,
    failed: itemCount,
    failures: jsonText(failuresSchema.readonly()),
    fold: jsonText(fold),
  });
}

/**
 * Columns that may be longer than a property holds. A full window of claims is, at about 140 characters each.
 */
const LONG = ['open', 'owed', 'failures', 'fold', 'todo'];

export interface LedgerCodec {
  encode(key: ShardKey, ledger: Ledger): Row;
  /** @throws UnreadableRowError */
  decode(key: ShardKey, row: Row): Ledger;
}

export function ledgerCodec(fold: z.ZodType<Json>): LedgerCodec {
  const schema = ledgerSchema(fold);
  return {
    encode: (key, { usualMs, outbox, ...rest }) => ({
      partitionKey: shardPartition(key),
      rowKey: LEDGER_ROW,
      cells: encodeCells(schema, { ...rest, usual: usualMs, owed: outbox.length === 0 ? undefined : outbox }, LONG),
    }),
    decode: (key, row) => {
      const { usual, owed: outbox = [], ...rest } = decodeCells(schema, TABLES.chunks, row, LONG);
      const ledger = { ...rest, outbox, shard: key.shard, usualMs: usual };
      const contradiction = contradictionOf(ledger);
      if (contradiction !== null) throw new UnreadableRowError(placeOf(TABLES.chunks, row), ...contradiction);
      return ledger;
    },
  };
}

/**
 * What no shard's ledger can hold: the column, and why. A chunk holds at least one item, so a shard has no
 * more chunks than items.
 */
function contradictionOf(ledger: Ledger): [column: string, reason: string] | null {
  const { count, todo, open, succeeded, failed, failures, closed } = ledger;
  const last = todo.at(-1)?.[1] ?? -1;
  if (last >= count) return ['todo', `chunk ${last} of a shard of ${count} items`];
  const chunks = new Set(open.map((entry) => entry.chunk));
  if (chunks.size < open.length || Math.max(-1, ...chunks) >= count)
    return ['open', `a chunk twice, or one that a shard of ${count} items does not have`];
  if (succeeded + failed > count) return ['succeeded', `${succeeded} succeeded and ${failed} failed of ${count} items`];
  const told = failures.reduce((sum, tally) => sum + tally.count, 0);
  if (told !== failed) return ['failures', `they add up to ${told}, but ${failed} items have failed`];
  if (!closed && isFinished(ledger) && succeeded + failed < count)
    return ['todo', `nothing is left to do, but ${count - succeeded - failed} of ${count} items have no result`];
  return null;
}
