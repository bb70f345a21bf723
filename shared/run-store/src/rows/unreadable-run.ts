import { createdAtOf, generationOf, RUN_STATUSES } from '@tally/contracts';
import * as z from 'zod';
import type { UnreadableRun } from '../stored.ts';
import type { UnreadableRowError } from '../tables/row-errors.ts';
import type { StoredRow } from '../tables/tables.ts';
import { columnOf, isoTime } from './cells.ts';
import { LONG, runHead } from './run-row.ts';

const status = z.enum(RUN_STATUSES);

/** What a run's row still says, column by column, where the whole row can't be read. */
export function unreadableRunOf(row: StoredRow, error: UnreadableRowError): UnreadableRun {
  const column = <Schema extends z.ZodType>(name: string, schema: Schema) => columnOf(row, name, schema, LONG);
  const createdTime = column('createdTime', runHead.createdTime);
  const generation = column('gen', runHead.gen) ?? (createdTime === undefined ? undefined : generationOf(createdTime));
  return {
    error,
    etag: row.etag,
    status: column('status', status),
    endedAt: column('endedTime', isoTime),
    // A generation is its time of creation.
    generation,
    createdAt: createdTime ?? (generation === undefined ? undefined : createdAtOf(generation)),
    updatedAt: column('lastUpdatedTime', runHead.lastUpdatedTime),
    name: column('name', runHead.name),
    chainVersion: column('chainVersion', runHead.chainVersion),
    epoch: column('epoch', runHead.epoch),
    nodes: column('nodes', runHead.nodes),
    opened: column('opened', runHead.opened),
    options: column('options', runHead.options),
    input: column('input', runHead.input),
    traceparent: column('traceparent', runHead.traceparent),
    parent: column('parent', runHead.parent),
  };
}
