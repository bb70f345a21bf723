import { isDeepStrictEqual } from 'node:util';
import { anyJson, keyText, textOfKey } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import * as z from 'zod';
import { checkRow } from '../tables/table-limits.ts';
import type { Row } from '../tables/tables.ts';
import { BOUNDS, countTo, generationColumn, itemCount, word } from './bounds.ts';
import { decodeCells, encodeCells, isoTime, jsonList, jsonText } from './cells.ts';
import { RUN_ROW, TABLES } from './keys.ts';
import { failureSchema, nodeRound, nodeStatesSchema, toleranceSchema } from './node-states.ts';

const optionsSchema = z.object({
  tolerance: toleranceSchema,
  window: countTo(BOUNDS.window).min(1).optional(),
  deadline: isoTime.optional(),
  givenMs: z.number().min(0).optional(),
});

const verdictSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('completed'), output: anyJson }),
  z.object({ status: z.literal('failed'), error: failureSchema, node: nodeRound.node.optional() }),
]);

/** The rounds of map nodes that a generation has opened, as a column. */
export const openedSchema = jsonList(z.object({ ...nodeRound, shards: countTo(BOUNDS.shards) }), BOUNDS.opened);

const owedLetter = z.object({ ...nodeRound, at: isoTime, reason: z.string() });

/** Rows and messages say `gen` for a generation. */
const parentSchema = z.codec(
  z.object({ runId: word, gen: generationColumn, ...nodeRound }),
  z.object({ runId: word, generation: generationColumn, ...nodeRound }),
  {
    decode: ({ gen, ...rest }) => ({ ...rest, generation: gen }),
    encode: ({ generation, ...rest }) => ({ ...rest, gen: generation }),
  },
);

/** The columns that a run has in every status. */
export const runHead = {
  gen: generationColumn,
  name: word,
  chainVersion: z.number().int(),
  epoch: countTo(BOUNDS.epochs),
  nodes: jsonText(nodeStatesSchema),
  opened: openedSchema,
  /** The outbox. */
  owed: jsonList(owedLetter, BOUNDS.outboxOfRun),
  options: jsonText(optionsSchema),
  createdTime: isoTime,
  lastUpdatedTime: isoTime,
  input: jsonText(anyJson),
  /** Holds null. Apps of former deployments find a row broken that lacks it. */
  customStatus: jsonText(anyJson),
  traceparent: word.optional(),
  parent: jsonText(parentSchema).optional(),
};
const verdict = jsonText(verdictSchema.nullable());
// JSON, so that null and a single blank, which an emulator refuses, are told apart and stored.
const reason = jsonText(z.string().nullable());
const ended = {
  endedTime: isoTime,
  housed: jsonText(z.object({ succeeded: itemCount, failed: itemCount, aborted: itemCount }).nullable()),
};

/** A union per status: a failed run without its error can't be read or written. */
const runRowSchema = z.discriminatedUnion('status', [
  z.object({ ...runHead, status: z.literal('Pending') }),
  z.object({ ...runHead, status: z.literal('Running'), verdict }),
  z.object({ ...runHead, status: z.literal('Suspended'), verdict, reason }),
  z.object({ ...runHead, ...ended, status: z.literal('Completed'), output: jsonText(anyJson) }),
  z.object({ ...runHead, ...ended, status: z.literal('Failed'), error: jsonText(failureSchema) }),
  z.object({ ...runHead, ...ended, status: z.literal('Terminated'), reason }),
]);

/** Columns that may be longer than a property holds. */
export const LONG = ['nodes', 'opened', 'owed', 'verdict', 'output', 'input', 'error', 'reason', 'customStatus'];

export function runRow(run: Run): Row {
  const times = { createdTime: run.createdAt, lastUpdatedTime: run.updatedAt };
  const head = { ...times, gen: run.generation, owed: run.outbox, customStatus: null };
  const columns =
    'endedAt' in run ? { ...run, ...head, endedTime: run.endedAt, housed: run.finalized } : { ...run, ...head };
  return { partitionKey: keyText(run.runId), rowKey: RUN_ROW, cells: encodeCells(runRowSchema, columns, LONG) };
}

/**
 * Why a run's row can't be written, or could not be read again: it holds what no JSON can, or more than a row
 * has room for. Null: it can.
 */
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
  const {
    gen,
    createdTime,
    lastUpdatedTime,
    owed,
    customStatus: _,
    ...rest
  } = decodeCells(runRowSchema, TABLES.runs, row, LONG);
  const known = {
    runId: textOfKey(row.partitionKey),
    generation: gen,
    outbox: owed,
    createdAt: createdTime,
    updatedAt: lastUpdatedTime,
  };
  if (!('endedTime' in rest)) return { ...rest, ...known };
  const { endedTime, housed, ...outcome } = rest;
  return { ...outcome, ...known, endedAt: endedTime, finalized: housed };
}

/**
 * The column that marks a run whose rows are being deleted. It is merged into the row, which otherwise stays
 * as it was for people to read.
 */
export function purgeMark(runId: string, at: number): Row {
  return { partitionKey: keyText(runId), rowKey: RUN_ROW, cells: { purgedTime: new Date(at).toISOString() } };
}

export function isPurged({ cells }: Row): boolean {
  return cells['purgedTime'] !== undefined;
}

/**
 * Whether two runs are written alike. It tells a process that lost the answer to a write whether the row is
 * its own. The order of the properties, and absent ones, don't matter.
 */
export function isSameRun(left: Run, right: Run): boolean {
  return isDeepStrictEqual(runRow(left), runRow(right));
}
