import { expect, test } from 'vitest';
import { allBytes } from './bounded.ts';
import { BlobNameError, BlobTooLargeError } from './errors.ts';
import { MemoryBlobs } from './memory-blobs.ts';
import { isBlobName, runFolder, segmentOf, workFolder } from './names.ts';
import { blobsFor } from './work-blobs.ts';

const place = { run: 'a run', generation: 'g1', node: 'pdf', since: 2 };

test('a second try writes the same blob, another round or item another one', async () => {
  const store = new MemoryBlobs();
  await store.createContainers(['runs']);
  const folders = [place, place, { ...place, since: 3 }, { ...place, item: 0 }].map(workFolder);
  const refs = [];
  for (const [turn, folder] of folders.entries()) {
    const blobs = blobsFor(store, { container: 'runs', folder });
    refs.push(await blobs.put('order.pdf', Buffer.from(`try ${turn}`), 'application/pdf'));
  }
  expect(refs.map(({ name }) => name)).toEqual([
    'a run/g1/pdf.2/order.pdf',
    'a run/g1/pdf.2/order.pdf',
    'a run/g1/pdf.3/order.pdf',
    'a run/g1/pdf.2/0/order.pdf',
  ]);
  const blobs = blobsFor(store, { container: 'runs', folder: 'elsewhere' });
  const [first] = refs;
  if (first === undefined) throw new Error('nothing was put');
  expect(Buffer.from(await allBytes(await blobs.get(first))).toString()).toBe('try 1');
  expect(await blobs.link(first, '1m')).toContain('order.pdf?valid=60000');
  expect(await store.deleteFolder('runs', runFolder(place))).toBe(3);
});

test.each(['', '../other', 'a/b', 'A.pdf', '.hidden', 'end.', 'x'.repeat(81), 'a b'])(
  'a handler may not name a file %j',
  async (file) => {
    const blobs = blobsFor(new MemoryBlobs(), { container: 'runs', folder: 'f' });
    await expect(blobs.put(file, new Uint8Array(), 'text/plain')).rejects.toBeInstanceOf(BlobNameError);
  },
);

test('the size of a file is bounded', async () => {
  const store = new MemoryBlobs();
  await store.createContainers(['runs']);
  const blobs = blobsFor(store, { container: 'runs', folder: 'f', maxBytes: 2 });
  await expect(blobs.put('a', Buffer.from('abc'), 'text/plain')).rejects.toBeInstanceOf(BlobTooLargeError);
});

test.each(['..', '.', 'a/../../b', "it's", 'a.', '~2e', '%2e%2e', '\\..', 'ü🙂'])(
  'the run id %j has its own folder',
  (run) => {
    const folder = runFolder({ run, generation: 'g' });
    expect(isBlobName(folder)).toBe(true);
    expect(folder.split('/')).toHaveLength(2);
  },
);

test('different texts become different segments', () => {
  const texts = ['.', '..', '~2e', '~2e~2e', 'a', 'a.', 'a~', 'a/', 'a~2f'];
  expect(new Set(texts.map(segmentOf)).size).toBe(texts.length);
});
