import { describeBlobs } from './blobs.conformance.ts';
import { MemoryBlobs } from './memory-blobs.ts';

describeBlobs('in memory', async () => new MemoryBlobs());
