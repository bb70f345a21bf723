import type { RunStore } from './port.ts';
import { createDeadLetters } from './records/dead-letter-records.ts';
import { createIndexRecords } from './records/index-records.ts';
import { createListing } from './records/listing-records.ts';
import { createLiveRecords } from './records/live-records.ts';
import { createPurges } from './records/purge-records.ts';
import { createRunRecords } from './records/run-records.ts';
import { createShardStore } from './records/shard-records.ts';
import { createWorkerRecords } from './records/worker-records.ts';
import { TABLES } from './rows/keys.ts';
import type { Tables } from './tables/tables.ts';

/** The run store on tables: a person can read every value, and every row is validated when it is read. */
export function createRunStore({ tables }: { readonly tables: Tables }): RunStore {
  return {
    pause: (ms) => tables.pause(ms),
    prepare: () => tables.create(Object.values(TABLES)),
    shards: (shape) => createShardStore(tables, shape),
    ...createRunRecords(tables),
    ...createIndexRecords(tables),
    ...createLiveRecords(tables),
    ...createListing(tables),
    ...createPurges(tables),
    ...createDeadLetters(tables),
    ...createWorkerRecords(tables),
  };
}
