import { type Json, NOTE_MAX_CHARS } from '@tally/contracts';
import { type Chunk, untouchedChunk } from '@tally/run-state';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { permitNote } from './permit-note.ts';

/** As the first chain has it: the URL without its possibly secret parts. */
const labelled = {
  label: (item: Json) => {
    const { origin, pathname } = new URL(z.string().parse(item));
    return `${origin}${pathname}`;
  },
};
const ledger = { first: 600, count: 100 };
const urlOf = (index: number) => `https://me:word@photos.example/${index}.jpg?sig=secret`;
const chunk = untouchedChunk(
  1,
  632,
  Array.from({ length: 32 }, (_, place) => urlOf(632 + place)),
);
const note = (held: Chunk | undefined, named?: readonly number[], number = 1) =>
  permitNote(labelled, { chunkItems: 32 }, { chunk: number }, { ledger, chunk: held }, named);

test('a note says how many items, from which number, and the first URL without query, user and password', () => {
  expect(note(chunk)).toBe('32 items from number 632: https://photos.example/632.jpg');
  expect(note(chunk, [635])).toBe('item 635: https://photos.example/635.jpg');
});

test('a sender that has not read the chunk names no URL', () => {
  expect(note(undefined)).toBe('32 items from number 632');
  expect(note(undefined, [632, 640])).toBe('2 items from number 632');
  expect(note(undefined, undefined, 3)).toBe('4 items from number 696');
  expect(permitNote(labelled, { chunkItems: 32 }, { chunk: 1 }, undefined, undefined)).toBe('the items of chunk 1');
});

test('a long note is cut', () => {
  const long = untouchedChunk(1, 632, [`https://photos.example/${'x'.repeat(2_000)}`]);
  expect(note(long)).toHaveLength(NOTE_MAX_CHARS);
});
