import { isDeepStrictEqual } from 'node:util';
import { type Json, keyText, textOfKey } from '@tally/contracts';
import { formatRanges, numbersOf, parseRanges, type Run, rangesOf } from '@tally/run-state';
import { z } from 'zod';
import { UnreadableRowError } from '../tables/row-errors.ts';
import { checkRow } from '../tables/table-limits.ts';
import type { Row } from '../tables/tables.ts';
import { BOUNDS, countTo, generation, itemCount, word } from './bounds.ts';
import { decodeCells, encodeCells, isoTime, jsonText, placeOf } from './cells.ts';
import { RUN_ROW, TABLES } from './keys.ts';

const anyJson: z.ZodType<Json, Json> = z.json();

const optionsSchema = z.object({
  tolerance: z.object({ count: z.number().int().min(0).optional(), percentage: z.number().min(0).max(100).optional() }),
  deadline: isoTime.optional(),
  givenMs: z.number().min(0).optional(),
  gate: z.object({ event: word, timeoutMs: z.number().min(0), onTimeout: z.enum(['fail', 'complete']) }).optional(),
});

const gateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('absent') }),
  z.object({ state: z.literal('waiting'), until: isoTime }),
  z.object({ state: z.literal('passed'), by: z.enum(['event', 'timeout']) }),
]);

/** Counted shards as ranges, `0-3,5`. */
const shardNumbers = z.codec(z.string(), z.array(countTo(BOUNDS.shards - 1)).readonly(), {
  decode: (text, context) => {
    try {
      return numbersOf(parseRanges(text, BOUNDS.shards));
    } catch {
      context.issues.push({ code: 'custom', message: `not ascending ranges below ${BOUNDS.shards}`, input: text });
      return z.NEVER;
    }
  },
  encode: (numbers) => formatRanges(rangesOf(numbers)),
});

/** The columns that a run has in every status. */
export const runHead = {
  gen: generation,
  name: word,
  chainVersion: z.number().int(),
  epoch: countTo(BOUNDS.epochs),
  reopenEpoch: countTo(BOUNDS.epochs),
  total: itemCount,
  shards: countTo(BOUNDS.shards),
  chunkItems: countTo(BOUNDS.chunkItems).min(1),
  window: countTo(BOUNDS.window).min(1),
  counted: shardNumbers,
  options: jsonText(optionsSchema),
  createdTime: isoTime,
  lastUpdatedTime: isoTime,
  input: jsonText(anyJson),
  customStatus: jsonText(anyJson),
  traceparent: word.optional(),
};
const gate = jsonText(gateSchema);
// JSON, so that null and a lone blank, which an emulator refuses, are told apart and stored.
const reason = jsonText(z.string().nullable());
const ended = {
  endedTime: isoTime,
  housed: jsonText(z.object({ succeeded: itemCount, failed: itemCount, aborted: itemCount }).nullable()),
};

/** A union per status: a failed run without its error can't be read, nor written. */
const runRowSchema = z.discriminatedUnion('status', [
  z.object({ ...runHead, status: z.literal('Pending') }),
  z.object({ ...runHead, status: z.literal('Running'), gate }),
  z.object({ ...runHead, status: z.literal('Suspended'), gate, reason }),
  z.object({ ...runHead, ...ended, status: z.literal('Completed'), output: jsonText(anyJson) }),
  z.object({
    ...runHead,
    ...ended,
    status: z.literal('Failed'),
    error: jsonText(z.object({ code: z.string(), message: z.string() })),
  }),
  z.object({ ...runHead, ...ended, status: z.literal('Terminated'), reason }),
]);

/** Columns that may be longer than a property holds. */
export const LONG = ['output', 'input', 'error', 'reason', 'customStatus'];

export function runRow(run: Run): Row {
  const times = { createdTime: run.createdAt, lastUpdatedTime: run.updatedAt };
  const columns = 'endedAt' in run ? { ...run, ...times, endedTime: run.endedAt } : { ...run, ...times };
  return { partitionKey: keyText(run.runId), rowKey: RUN_ROW, cells: encodeCells(runRowSchema, columns, LONG) };
}

/** Why a run's row can't be written, or could not be read again: it holds what no JSON can, or more than a row has room for. Null: it can. */
export function whyUnwritable(run: Run): string | null {
  try {
    const row = runRow(run);
    checkRow(row);
    runOfRow(row);
    return null;
  } catch (error) {
    return error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  }
}

/** @throws UnreadableRowError */
export function runOfRow(row: Row): Run {
  const { createdTime, lastUpdatedTime, ...rest } = decodeCells(runRowSchema, TABLES.runs, row, LONG);
  if ((rest.counted.at(-1) ?? -1) >= rest.shards)
    throw new UnreadableRowError(
      placeOf(TABLES.runs, row),
      'counted',
      `a shard that a run of ${rest.shards} can't have`,
    );
  const known = { runId: textOfKey(row.partitionKey), createdAt: createdTime, updatedAt: lastUpdatedTime };
  if (!('endedTime' in rest)) return { ...rest, ...known };
  const { endedTime, ...outcome } = rest;
  return { ...outcome, ...known, endedAt: endedTime };
}

/** The column that marks a run whose rows are being deleted: merged into the row, which else stays as it was for people to read. */
export function purgeMark(runId: string, at: number): Row {
  return { partitionKey: keyText(runId), rowKey: RUN_ROW, cells: { purgedTime: new Date(at).toISOString() } };
}

export function isPurged({ cells }: Row): boolean {
  return cells['purgedTime'] !== undefined;
}

/**
 * Whether two runs are written alike. For whoever lost the answer to a write and wants to know whose the row is; the order of the properties and absent
 * ones don't matter.
 */
export function isSameRun(left: Run, right: Run): boolean {
  return isDeepStrictEqual(runRow(left), runRow(right));
}
