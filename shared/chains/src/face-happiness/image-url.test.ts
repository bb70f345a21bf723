import { describe, expect, it } from 'vitest';
import { fetchedUrl, imageUrlSchema, publicUrl, URL_MAX_CHARS } from './image-url.ts';

const urlOf = (length: number) => `https://photos.example/${'x'.repeat(length - 23)}`;

describe('imageUrlSchema', () => {
  it('accepts web addresses of up to 2,048 characters', () => {
    expect(imageUrlSchema.safeParse(urlOf(URL_MAX_CHARS)).success).toBe(true);
    expect(imageUrlSchema.safeParse('HTTP://photos.example').success).toBe(true);
  });

  it.each([
    urlOf(URL_MAX_CHARS + 1),
    'ftp://photos.example/a.jpg',
    'a.jpg',
    '//photos.example/a.jpg',
    'https://',
    'https://me:word@photos.example/a.jpg',
    'https://me@photos.example/a.jpg',
    '',
    7,
  ])('refuses %s', (text) => {
    expect(imageUrlSchema.safeParse(text).success).toBe(false);
  });
});

it('a note names an address without its possible secrets', () => {
  const signed = 'https://user:word@photos.example:8443/album/a%20b.jpg?sv=2026&sig=abc%3D#secret';
  expect(publicUrl(signed)).toBe('https://photos.example:8443/album/a%20b.jpg');
});

it('an image URL is stored in the form in which it is fetched', () => {
  const href = fetchedUrl(imageUrlSchema.parse('HTTPS://Photos.Example/ä b.jpg?q=1#top'));
  expect(href).toBe('https://photos.example/%C3%A4%20b.jpg?q=1#top');
  expect(imageUrlSchema.parse(href)).toBe(href);
});

it('an image URL that is too long once encoded is refused', () => {
  const url = `https://photos.example/${'ä'.repeat(URL_MAX_CHARS / 4)}`;
  expect(url.length).toBeLessThan(URL_MAX_CHARS);
  expect(imageUrlSchema.safeParse(url).success).toBe(false);
});
