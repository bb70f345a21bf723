export { connectTables } from './azure/connect-tables.ts';
export type { Commit, CommitJob } from './commit-job.ts';
export * from './errors.ts';
export { MemoryTables } from './memory-tables.ts';
export type * from './port.ts';
export { createRunStore, type RowShape } from './run-store.ts';
export { createShardCommitter, type ShardCommitter } from './shard-committer.ts';
export { COMMIT_MAX_BYTES, changedChunks } from './shard-records.ts';
export type * from './tables.ts';
