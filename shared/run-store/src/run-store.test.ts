import { describeRunStore } from './run-store.conformance.ts';
import { MemoryTables } from './tables/memory-tables.ts';

describeRunStore('in memory', async () => new MemoryTables());
