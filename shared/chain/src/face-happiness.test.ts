import { planRun } from '@tally/run-state';
import { describe, expect, it } from 'vitest';
import { faceHappiness, imageUrlSchema, publicUrl, URL_MAX_CHARS } from './face-happiness.ts';

const urlOf = (length: number) => `https://photos.example/${'x'.repeat(length - 23)}`;

describe('imageUrlSchema', () => {
  it('takes web addresses up to 2,048 characters', () => {
    expect(imageUrlSchema.safeParse(urlOf(URL_MAX_CHARS)).success).toBe(true);
    expect(imageUrlSchema.safeParse('HTTP://photos.example').success).toBe(true);
  });

  it.each([
    urlOf(URL_MAX_CHARS + 1),
    'ftp://photos.example/a.jpg',
    'a.jpg',
    '//photos.example/a.jpg',
    'https://',
    '',
    7,
  ])('refuses %s', (text) => {
    expect(imageUrlSchema.safeParse(text).success).toBe(false);
  });
});

describe('the sizing of a run', () => {
  it.each([30, 200, 1_000, URL_MAX_CHARS])('keeps URLs of %i characters below 24 Ki a property', (length) => {
    const url = urlOf(length);
    const sizes = Array.from({ length: 10_000 }, () => JSON.stringify(url).length + 1);
    const { shards } = planRun(sizes, faceHappiness.sizing);
    const largest = Math.max(...shards.flatMap(({ chunks }) => chunks.map((chunk) => chunk.count)));
    expect(JSON.stringify(Array.from({ length: largest }, () => url)).length).toBeLessThanOrEqual(24 * 1_024 + 1);
  });

  it('fills the default window with a small run, an image a message', () => {
    const { chunkItems, shards } = planRun([50, 50, 50], faceHappiness.sizing);
    expect(chunkItems).toBe(1);
    expect(shards.flatMap(({ chunks }) => chunks)).toHaveLength(3);
  });
});

it('a note names an address without what may be secret in it', () => {
  const signed = 'https://user:word@photos.example:8443/album/a%20b.jpg?sv=2026&sig=abc%3D#secret';
  expect(publicUrl(signed)).toBe('https://photos.example:8443/album/a%20b.jpg');
});
