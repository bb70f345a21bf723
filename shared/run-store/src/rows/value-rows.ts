import { anyJson, type Json, keyText } from '@tally/contracts';
import type { NodeRound, TaskRecord } from '@tally/run-state';
import * as z from 'zod';
import type { Row } from '../tables/tables.ts';
import { decodeCells, encodeCells, jsonText } from './cells.ts';
import { inputKey, outputKey, TABLES, taskKey } from './keys.ts';

/*
 * The rows of a run's values beside its row: the input, the inputs and results of tasks, the outputs of other
 * nodes. They hold JSON text, so that null and an absent value are told apart.
 */

const value = jsonText(anyJson);
const taskSchema = z.object({ input: value, state: value.optional(), result: value.optional() });
const TASK_LONG = ['input', 'state', 'result'];
const changeSchema = taskSchema.omit({ input: true });
const outputSchema = z.object({ output: value });
const inputSchema = z.object({ input: value });

/** Names a generation of a run. */
export interface Generation {
  readonly runId: string;
  readonly generation: string;
}

export function inputRow({ runId, generation }: Generation, input: Json): Row {
  return {
    partitionKey: keyText(runId),
    rowKey: inputKey(generation),
    cells: encodeCells(inputSchema, { input }, ['input']),
  };
}

/** @throws UnreadableRowError */
export function inputOfRow(row: Row): Json {
  return decodeCells(inputSchema, TABLES.runs, row, ['input']).input;
}

export function taskRow(
  { runId, generation }: Generation,
  round: NodeRound,
  { input, state, result }: TaskRecord,
): Row {
  const cells = encodeCells(taskSchema, { input, state, result }, TASK_LONG);
  return { partitionKey: keyText(runId), rowKey: taskKey(generation, round), cells };
}

/** Only what changes, to be merged: the input isn't sent again. */
export function taskChange(
  { runId, generation }: Generation,
  round: NodeRound,
  { state, result }: Pick<TaskRecord, 'state' | 'result'>,
): Row {
  const cells = encodeCells(changeSchema, { state, result }, TASK_LONG, true);
  return { partitionKey: keyText(runId), rowKey: taskKey(generation, round), cells };
}

/** @throws UnreadableRowError */
export function taskOfRow(row: Row): TaskRecord {
  return decodeCells(taskSchema, TABLES.runs, row, TASK_LONG);
}

export function outputRow({ runId, generation }: Generation, round: NodeRound, output: Json): Row {
  const cells = encodeCells(outputSchema, { output }, ['output']);
  return { partitionKey: keyText(runId), rowKey: outputKey(generation, round), cells };
}

/** @throws UnreadableRowError */
export function outputOfRow(row: Row): Json {
  return decodeCells(outputSchema, TABLES.runs, row, ['output']).output;
}
