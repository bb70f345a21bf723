import { describeEventsAndSummaries } from './records/events-and-summaries.conformance.ts';
import { describeIndex } from './records/index-records.conformance.ts';
import { describeShards } from './records/shard-records.conformance.ts';
import { describeRunWrites } from './records/write-run.conformance.ts';
import { describeRunStore } from './run-store.conformance.ts';
import { MemoryTables } from './tables/memory-tables.ts';

const connect = async () => new MemoryTables();
describeRunStore('in memory', connect);
describeRunWrites('in memory', connect);
describeEventsAndSummaries('in memory', connect);
describeShards('in memory', connect);
describeIndex('in memory', connect);
