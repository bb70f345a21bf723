import { faceHappiness } from '@tally/chain';
import { NOTE_MAX_CHARS } from '@tally/contracts';
import { untouchedChunk } from '@tally/run-state';
import { expect, test } from 'vitest';
import { permitNote } from './permit-note.ts';

const at = { shard: 1, chunk: 20 };
const urlOf = (place: number) => `https://me:word@photos.example/${place}.jpg?sig=secret`;
const row = untouchedChunk<string, never>(
  20,
  640,
  Array.from({ length: 32 }, (_, place) => urlOf(place)),
);

test('a note says how many items of which chunk, and the first URL without query, user and password', () => {
  expect(permitNote(faceHappiness, at, row, undefined)).toBe(
    '32 items of chunk 20, shard 1; the first: https://photos.example/0.jpg',
  );
  expect(permitNote(faceHappiness, at, row, [643])).toBe(
    '1 item of chunk 20, shard 1; the first: https://photos.example/3.jpg',
  );
});

test('where the sender has no row at hand the note names no URL', () => {
  expect(permitNote(faceHappiness, at, undefined, undefined)).toBe('all items of chunk 20, shard 1');
  expect(permitNote(faceHappiness, at, undefined, [640, 641])).toBe('2 items of chunk 20, shard 1');
});

test('a note is cut', () => {
  const long = untouchedChunk<string, never>(20, 640, [`https://photos.example/${'x'.repeat(2_000)}`]);
  expect(permitNote(faceHappiness, at, long, undefined)).toHaveLength(NOTE_MAX_CHARS);
});
