import type { z } from 'zod';
import type { RunStore } from './port.ts';
import { createDeadLetters } from './records/dead-letter-records.ts';
import { createIndexRecords } from './records/index-records.ts';
import { createListing } from './records/listing-records.ts';
import { createPurges } from './records/purge-records.ts';
import { createRunRecords } from './records/run-records.ts';
import { createShardRecords } from './records/shard-records.ts';
import { createWorkerRecords } from './records/worker-records.ts';
import type { ChunkShape } from './rows/chunk-row.ts';
import { TABLES } from './rows/keys.ts';
import type { Tables } from './tables/tables.ts';

/** What the rows of a chain look like: all that the store needs to know of it. */
export interface RowShape<Item, Result, Folded> extends ChunkShape<Item, Result> {
  readonly foldSchema: z.ZodType<Folded>;
}

/** The run store on tables: every value a person can read, every row validated when it is read. */
export function createRunStore<Item, Result, Folded>({
  tables,
  rows,
}: {
  readonly tables: Tables;
  readonly rows: RowShape<Item, Result, Folded>;
}): RunStore<Item, Result, Folded> {
  return {
    prepare: () => tables.create(Object.values(TABLES)),
    ...createRunRecords(tables, rows.foldSchema),
    ...createShardRecords(tables, rows, rows.foldSchema),
    ...createIndexRecords(tables),
    ...createListing(tables),
    ...createPurges(tables),
    ...createDeadLetters(tables),
    ...createWorkerRecords(tables),
  };
}
