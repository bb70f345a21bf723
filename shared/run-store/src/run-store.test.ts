import { MemoryTables } from './memory-tables.ts';
import { describeRunStore } from './run-store.conformance.ts';

describeRunStore('in memory', async () => new MemoryTables());
