import { createDeadLetters } from './records/dead-letter-records.ts';
import { createIndexRecords } from './records/index-records.ts';
import { createListing } from './records/listing-records.ts';
import { createLiveRecords } from './records/live-records.ts';
import { createPurges } from './records/purge-records.ts';
import { createRunRecords } from './records/run-records.ts';
import { createShardStore, type ShardStore } from './records/shard-records.ts';
import { createWorkerRecords } from './records/worker-records.ts';
import { TABLES } from './rows/keys.ts';
import type { MapShape } from './stored.ts';
import type { Tables } from './tables/tables.ts';

/** What the steps of a run need of table storage. */
export type RunStore = ReturnType<typeof createRunStore>;

/**
 * The run store on tables: a person can read every value. All writes are conditional (I8). They throw
 * ConflictError or UnknownOutcomeError, or UnsettledError where they are tried again themselves. All reads of a
 * run's own rows validate them and throw UnreadableRowError. Rows of the index are read by their keys; a row
 * that isn't Tally's is skipped.
 */
export function createRunStore({ tables }: { readonly tables: Tables }) {
  return {
    /** Waits between two tries of a write, in milliseconds. */
    pause: (ms: number): Promise<void> => tables.pause(ms),
    /** Creates the tables that aren't there. */
    prepare: (): Promise<void> => tables.create(Object.values(TABLES)),
    /** What is in the partitions of a map node's shards. */
    shards: (shape: MapShape): ShardStore => createShardStore(tables, shape),
    ...createRunRecords(tables),
    ...createIndexRecords(tables),
    ...createLiveRecords(tables),
    ...createListing(tables),
    ...createPurges(tables),
    ...createDeadLetters(tables),
    ...createWorkerRecords(tables),
  };
}
