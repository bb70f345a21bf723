import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tally/testing';
import { expect, test } from 'vitest';
import { makeFetchable, parsePhotos } from './photos.ts';

test('URLs, files and folders are distinguished; a folder means the photos in it', async () => {
  await using folder = await temporaryFolder();
  mkdirSync(join(folder.path, 'album'));
  for (const name of ['b.PNG', 'a.jpg', 'notes.txt']) writeFileSync(join(folder.path, 'album', name), '');
  writeFileSync(join(folder.path, 'one photo.jpeg'), '');
  expect(parsePhotos(['https://a.example/x.jpg', 'one photo.jpeg', 'album'], folder.path)).toEqual([
    { kind: 'url', name: 'https://a.example/x.jpg', url: 'https://a.example/x.jpg' },
    { kind: 'file', name: 'one photo.jpeg', file: join(folder.path, 'one photo.jpeg') },
    { kind: 'file', name: 'a.jpg', file: join(folder.path, 'album', 'a.jpg') },
    { kind: 'file', name: 'b.PNG', file: join(folder.path, 'album', 'b.PNG') },
  ]);
});

test('a pattern that no shell has expanded means the matching files; a file of that very name comes first', async () => {
  await using folder = await temporaryFolder();
  const strange = join(folder.path, 'a #1 [x]');
  mkdirSync(join(strange, 'album.jpg'), { recursive: true });
  for (const name of ['b.jpg', 'a.jpg', 'c.png', '[a].jpg']) writeFileSync(join(strange, name), '');
  const names = (pattern: string) => parsePhotos([pattern], strange).map(({ name }) => name);
  expect(names('*.jpg')).toEqual(['[a].jpg', 'a.jpg', 'b.jpg']);
  expect(names('{c,b}.*')).toEqual(['b.jpg', 'c.png']);
  expect(names('[a].jpg')).toEqual(['[a].jpg']);
  expect(() => names('*.bmp')).toThrow('*.bmp: no file matches');
});

test('every argument that is none of these is named', async () => {
  await using folder = await temporaryFolder();
  mkdirSync(join(folder.path, 'empty'));
  expect(() => parsePhotos(['gone.jpg', 'empty'], folder.path)).toThrow(
    'gone.jpg: neither a URL nor a file\nempty: a folder without JPEG, PNG, GIF or BMP files',
  );
});

test('files are refused if the system cannot read them, URLs are not', async () => {
  const system = { baseUrl: 'https://tally.example', photoPorts: [] };
  const url = { kind: 'url', name: 'x', url: 'https://a.example/x.jpg' } as const;
  const file = { kind: 'file', name: 'y', file: '/y.jpg' } as const;
  expect((await makeFetchable([url], system)).urls).toEqual([url.url]);
  await expect(makeFetchable([url, file], system)).rejects.toThrow("https://tally.example can't read files");
});
