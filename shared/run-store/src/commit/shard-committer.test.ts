import { MemoryTables } from '../tables/memory-tables.ts';
import { describeShardCommitter } from './shard-committer.conformance.ts';

describeShardCommitter('in memory', async () => new MemoryTables());
