import { expect, test } from 'vitest';
import { fetchedUrl, imageUrlSchema, URL_MAX_CHARS } from './face-happiness.ts';

test('an image URL is taken in the form in which it is fetched', () => {
  const href = fetchedUrl(imageUrlSchema.parse('HTTPS://Photos.Example/ä b.jpg?q=1#top'));
  expect(href).toBe('https://photos.example/%C3%A4%20b.jpg?q=1#top');
  expect(imageUrlSchema.parse(href)).toBe(href);
});

test('an image URL that is too long once encoded is refused', () => {
  const url = `https://photos.example/${'ä'.repeat(URL_MAX_CHARS / 4)}`;
  expect(url.length).toBeLessThan(URL_MAX_CHARS);
  expect(imageUrlSchema.safeParse(url).success).toBe(false);
});
