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
  it('keeps a chunk of the longest URLs to a fraction of what a row holds, a mebibyte of UTF-16', () => {
    const { chunkItems } = planRun(10_000, faceHappiness.sizing);
    const urls = Array.from({ length: chunkItems }, () => urlOf(URL_MAX_CHARS));
    expect(2 * JSON.stringify(urls).length).toBeLessThan(256 * 1_024);
  });

  it('fills the default window with a small run, an image a message', () => {
    const { chunkItems, shards } = planRun(3, faceHappiness.sizing);
    expect(chunkItems).toBe(1);
    expect(shards.flatMap(({ chunks }) => chunks)).toHaveLength(3);
  });
});

it('a note names an address without what may be secret in it', () => {
  const signed = 'https://user:word@photos.example:8443/album/a%20b.jpg?sv=2026&sig=abc%3D#secret';
  expect(publicUrl(signed)).toBe('https://photos.example:8443/album/a%20b.jpg');
});
