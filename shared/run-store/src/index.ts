export { connectTables } from './azure/connect-tables.ts';
export type { Commit, CommitJob } from './commit/commit-job.ts';
export { createShardCommitter, type ShardCommitter } from './commit/shard-committer.ts';
export { changedChunks, type ShardStore } from './records/shard-records.ts';
export {
  dayOf,
  inputPlace,
  isFormerLive,
  ledgerPlace,
  livePartition,
  runPlace,
  summaryPlace,
  TABLES,
} from './rows/keys.ts';
export { isSameRun, whyUnwritable } from './rows/run-row.ts';
export { createRunStore, type RunStore } from './run-store.ts';
export type * from './stored.ts';
export * from './tables/errors.ts';
export { MemoryTables } from './tables/memory-tables.ts';
export { retrying } from './tables/retrying.ts';
export * from './tables/row-errors.ts';
export { COMMIT_MAX_BYTES } from './tables/table-limits.ts';
export type * from './tables/tables.ts';
