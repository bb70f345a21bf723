import { expect, test } from 'vitest';
import { describeBlobs } from './blobs.conformance.ts';
import { MemoryBlobs } from './memory-blobs.ts';

describeBlobs('in memory', async () => new MemoryBlobs());

test('all names below a folder are listed', async () => {
  const blobs = new MemoryBlobs();
  await blobs.createContainers(['runs']);
  for (const name of ['run/b', 'run/a', 'run-2/a'])
    await blobs.put({ container: 'runs', name }, Buffer.from(name), { contentType: 'text/plain', maxBytes: 100 });
  expect(blobs.names('runs', 'run')).toEqual(['run/a', 'run/b']);
});
