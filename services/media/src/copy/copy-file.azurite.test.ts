import { allBytes, type BlobStore, connectBlobs, containers } from '@tally/blobs';
import { startTemporaryAzurite } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import { failureOf, resultOf, workOn } from '../fixtures/work.fixture.ts';
import { copyFile } from './copy-file.ts';

let store: BlobStore;
beforeAll(async () => {
  const azurite = await startTemporaryAzurite({ blob: true });
  store = connectBlobs({ kind: 'connectionString', value: azurite.connectionString });
  await store.createContainers(Object.values(containers));
  return () => azurite.stop();
});

async function scanned(name: string, content: string) {
  const at = { container: containers.uploads, name };
  const { bytes, etag } = await store.put(at, Buffer.from(content), { contentType: 'video/mp4', maxBytes: 100 });
  return { file: { ...at, bytes }, etag, type: 'video/mp4', by: 'eicar' } as const;
}

const copy = (input: Awaited<ReturnType<typeof scanned>>, run = 'a run') =>
  resultOf(copyFile(store), workOn(store, 'copy', input, { run }));

test('a file is copied under the name of its run, never its own, and a second try writes the same', async () => {
  const input = await scanned('..a <script>', 'the film');
  const expected = { container: 'library', name: 'a run/g1.mp4', bytes: 8 };
  expect(await copy(input)).toEqual(expected);
  expect(await copy(input)).toEqual(expected);
  expect(Buffer.from(await allBytes(await store.get(expected))).toString()).toBe('the film');
});

test('a run id that looks like a path gets its own folder', async () => {
  expect((await copy(await scanned('film', 'a'), '..')).name).toBe('~2e~2e/g1.mp4');
});

test('a file that was overwritten after the scan is not copied', async () => {
  const input = await scanned('changed', 'harmless');
  await scanned('changed', 'something else');
  expect(await failureOf(copy(input, 'changed'))).toBe('FatalError FileChanged');
  await expect(store.head({ container: 'library', name: 'changed/g1.mp4' })).rejects.toThrow();
});

test('a file that was deleted after the scan is reported as such', async () => {
  const input = await scanned('deleted/film', 'a');
  await store.deleteFolder('uploads', 'deleted');
  expect(await failureOf(copy(input, 'deleted'))).toBe('FatalError FileMissing');
});
