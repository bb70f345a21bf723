import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@tally/start';
import { temporaryFolder } from '@tally/testing';
import { expect, test } from 'vitest';
import { findUploads, MAX_FILE_MIB } from './upload-files.ts';

test('files and patterns of files are found, each once and by its own name', async () => {
  await using folder = await temporaryFolder();
  for (const name of ['b.mp4', 'a.mp4', 'c.wav']) writeFileSync(join(folder.path, name), name);
  mkdirSync(join(folder.path, 'folder.mp4'));
  const found = findUploads(['c.wav', '*.mp4', join(folder.path, 'a.mp4')], folder.path);
  expect(found.map(({ name }) => name)).toEqual(['c.wav', 'a.mp4', 'b.mp4']);
  expect(found[0]?.path).toBe(join(folder.path, 'c.wav'));
});

test('all faults are reported at once: what is not a file, empty, or too large', async () => {
  await using folder = await temporaryFolder();
  writeFileSync(join(folder.path, 'empty.mp4'), '');
  writeFileSync(join(folder.path, 'large.mp4'), 'x');
  truncateSync(join(folder.path, 'large.mp4'), MAX_FILE_MIB * 2 ** 20 + 1);
  const find = () => findUploads(['gone.mp4', '*.wav', '*.mp4'], folder.path);
  expect(find).toThrow(UsageError);
  expect(find).toThrow(
    'gone.mp4: no file\n*.wav: no file matches\nempty.mp4: the file is empty\nlarge.mp4: larger than 250 MB',
  );
});

test('at most a hundred files are uploaded at once', async () => {
  await using folder = await temporaryFolder();
  for (let count = 0; count < 101; count += 1) writeFileSync(join(folder.path, `${count}.mp4`), 'x');
  expect(() => findUploads(['*.mp4'], folder.path)).toThrow('101 files are too many at once: at most 100');
  expect(findUploads(['?.mp4', '??.mp4'], folder.path)).toHaveLength(100);
});
