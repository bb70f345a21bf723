import type { z } from 'zod';
import type { ChunkShape } from './chunk-row.ts';
import { createDeadLetters } from './dead-letter-records.ts';
import { createIndexRecords } from './index-records.ts';
import { TABLES } from './keys.ts';
import { createListing } from './listing-records.ts';
import type { RunStore } from './port.ts';
import { createPurges } from './purge-records.ts';
import { createRunRecords } from './run-records.ts';
import { createShardRecords } from './shard-records.ts';
import type { Tables } from './tables.ts';
import { createWorkerRecords } from './worker-records.ts';

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
