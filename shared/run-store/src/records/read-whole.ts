import { type Json, keyText } from '@tally/contracts';
import type { RaisedEvent, TaskRecord } from '@tally/run-state';
import { eventOfRow } from '../rows/event-row.ts';
import { inputKey, inputPlace, keysFrom, keysOfGeneration, RUN_ROW, TABLES } from '../rows/keys.ts';
import { isPurged, runOfRow } from '../rows/run-row.ts';
import { inputOfRow, outputOfRow, taskOfRow } from '../rows/value-rows.ts';
import type { StoredRun } from '../stored.ts';
import { ConflictError } from '../tables/errors.ts';
import { retrying } from '../tables/retrying.ts';
import { MissingRowError } from '../tables/row-errors.ts';
import type { RowQuery, StoredRow, Tables } from '../tables/tables.ts';

/**
 * A run row, and the rows beside it of its generation, as they stand at one instant; null: no run, or a
 * purged one.
 */
export async function readWhole(tables: Tables, runId: string): Promise<StoredRun | null> {
  const query = {
    partitionKey: keyText(runId),
    among: [RUN_ROW, keysFrom('event:'), keysFrom('input:'), keysFrom('out:'), keysFrom('task:')],
  } satisfies RowQuery;
  const { rows, isAll } = await tables.firstPart(TABLES.runs, query);
  return wholeOf(runId, isAll ? rows : await readInParts(tables, query));
}

/**
 * Rows that come in several parts may be written in between. A decision would then see some rows in an older
 * state than the run row that it is conditional on. Whatever changes, the run row changes with it. So what is
 * read between two reads of the very same run row stands beside it.
 */
async function readInParts(
  tables: Tables,
  query: RowQuery & { readonly partitionKey: string },
): Promise<readonly StoredRow[]> {
  const { partitionKey } = query;
  return await retrying(tables, `read all rows of run ${partitionKey} between two writes of it`, async () => {
    const before = await tables.get(TABLES.runs, partitionKey, RUN_ROW);
    const rows: StoredRow[] = [];
    for await (const row of tables.list(TABLES.runs, query)) rows.push(row);
    const after = await tables.get(TABLES.runs, partitionKey, RUN_ROW);
    if (before?.etag !== after?.etag) throw new ConflictError(0, 'changed');
    return rows;
  });
}

/** @throws UnreadableRowError, MissingRowError */
function wholeOf(runId: string, found: readonly StoredRow[]): StoredRun | null {
  const row = found.find(({ rowKey }) => rowKey === RUN_ROW);
  if (row === undefined || isPurged(row)) return null;
  const run = runOfRow(row);
  const { generation } = run;
  const of = (kind: 'event' | 'out' | 'task') => rowsUnder(found, keysOfGeneration(kind, generation).from);
  const input = found.find(({ rowKey }) => rowKey === inputKey(generation));
  if (input === undefined) throw new MissingRowError(inputPlace(runId, generation));
  const [tasks, outputs, events] = [of('task'), of('out'), of('event')];
  return {
    run,
    records: {
      input: inputOfRow(input),
      tasks: new Map<string, TaskRecord>(tasks.map(([round, one]) => [round, taskOfRow(one)])),
      outputs: new Map<string, Json>(outputs.map(([round, one]) => [round, outputOfRow(one)])),
      events: new Map<string, RaisedEvent>(
        events.map(([, one]) => {
          const { name, event } = eventOfRow(one);
          return [name, event];
        }),
      ),
    },
    etag: row.etag,
    rows: new Map(
      [input, ...[...tasks, ...outputs, ...events].map(([, one]) => one)].map((one) => [one.rowKey, one.etag]),
    ),
  };
}

/** The rows whose keys begin with the prefix, by the rest of their keys. */
function rowsUnder(rows: readonly StoredRow[], prefix: string): (readonly [rest: string, row: StoredRow])[] {
  return rows.flatMap((row) =>
    row.rowKey.startsWith(prefix) ? [[row.rowKey.slice(prefix.length), row] as const] : [],
  );
}
