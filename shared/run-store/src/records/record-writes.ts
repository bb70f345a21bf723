import { anyJson, keyText } from '@tally/contracts';
import {
  type HistoryEntry,
  NO_WRITES,
  type NodeRound,
  type RecordWrites,
  roundKey,
  type TaskRecord,
} from '@tally/run-state';
import { eventRow, raisedLine } from '../rows/event-row.ts';
import { eventKey, outputKey, taskKey } from '../rows/keys.ts';
import { summaryCodec } from '../rows/summary-row.ts';
import { type Generation, inputRow, outputRow, taskChange, taskRow } from '../rows/value-rows.ts';
import type { RunWrite, StandingRun, StoredRun } from '../stored.ts';
import type { RowWrite } from '../tables/tables.ts';

/** Code that folds reads a summary with its own schema; here any value is a sum. */
const summaries = summaryCodec(anyJson);

/** The rows that were read together with the run row; none where only the run row was read. */
type Before = StoredRun | StandingRun | null;

/**
 * The rows of a write beside the run row, and the lines of the timeline that stay when an event's row is
 * deleted.
 */
export function recordWritesOf(
  before: Before,
  { run, writes = NO_WRITES, input }: RunWrite,
): { readonly writes: readonly RowWrite[]; readonly raised: readonly HistoryEntry[] } {
  const { event, dropEvents } = writes;
  const inserts: RowWrite[] = [
    ...(input === undefined ? [] : [{ kind: 'insert', row: inputRow(run, input) } as const]),
    ...(event === undefined ? [] : [{ kind: 'insert', row: eventRow(run, event.name, event) } as const]),
  ];
  const drops = dropEvents.map((name): RowWrite => {
    const rowKey = eventKey(run.generation, name);
    return { kind: 'delete', partitionKey: keyText(run.runId), rowKey, etag: etagOf(before, rowKey) };
  });
  const outputs = writes.outputs.map((output) => outputWrite(before, run, output));
  const raised = dropEvents.flatMap((name) => {
    const used = before !== null && 'records' in before ? before.records.events.get(name) : undefined;
    return used === undefined ? [] : [raisedLine(name, used)];
  });
  return { writes: [...inserts, ...taskWrites(before, run, writes), ...outputs, ...drops], raised };
}

/** The summary as a row that isn't there. */
export function summaryWriteOf({
  run: { runId, generation },
  writes,
}: RunWrite): Exclude<RowWrite, { kind: 'delete' }> | null {
  if (writes?.summary === undefined) return null;
  const { node, since, summary } = writes.summary;
  return { kind: 'insert', row: summaries.encode({ runId, generation, node, since }, summary) };
}

/** A change of a task that the same write inserts is part of its row: a transaction writes a row once. */
function taskWrites(before: Before, run: Generation, { tasks, taskChanges }: RecordWrites): RowWrite[] {
  const inserted = new Map<string, NodeRound & TaskRecord>(tasks.map((task) => [roundKey(task), task]));
  const changed = new Map<string, NodeRound & Pick<TaskRecord, 'state' | 'result'>>();
  for (const change of taskChanges) {
    const key = roundKey(change);
    const task = inserted.get(key);
    if (task === undefined) changed.set(key, { ...changed.get(key), ...change });
    else inserted.set(key, { ...task, ...change });
  }
  return [
    ...[...inserted.values()].map((task): RowWrite => ({ kind: 'insert', row: taskRow(run, task, task) })),
    ...[...changed.values()].map((change): RowWrite => {
      const etag = etagOf(before, taskKey(run.generation, change));
      return { kind: 'merge', row: taskChange(run, change, change), etag };
    }),
  ];
}

/** Replaces the output of an earlier end of the same round, where one stands. */
function outputWrite(before: Before, run: Generation, output: RecordWrites['outputs'][number]): RowWrite {
  const row = outputRow(run, output, output.output);
  const etag = before !== null && 'rows' in before ? before.rows.get(outputKey(run.generation, output)) : undefined;
  return etag === undefined ? { kind: 'insert', row } : { kind: 'replace', row, etag };
}

/**
 * The version of a row that was read with the run row.
 * @throws Error for a row that wasn't: nothing unread is changed (I8)
 */
function etagOf(before: Before, rowKey: string): string {
  const etag = before !== null && 'rows' in before ? before.rows.get(rowKey) : undefined;
  if (etag === undefined) throw new Error(`${rowKey} cannot be written: it was not read with the run row`);
  return etag;
}
