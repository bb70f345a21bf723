import { MemoryTables } from './memory-tables.ts';
import { describeRunStore } from './run-store.conformance.ts';

describeRunStore('the run store in memory', async () => new MemoryTables());
