import { expect, test } from 'vitest';
import { imageUrlSchema, URL_MAX_CHARS } from './face-happiness.ts';

test('an image URL is taken in the form in which it is fetched', () => {
  expect(imageUrlSchema.parse('HTTPS://Photos.Example/ä b.jpg?q=1#top')).toBe(
    'https://photos.example/%C3%A4%20b.jpg?q=1#top',
  );
  const href = imageUrlSchema.parse('http://photos.example/a.jpg');
  expect(imageUrlSchema.parse(href)).toBe(href);
});

test.each([
  ['another scheme', 'ftp://photos.example/a.jpg'],
  ['no scheme', 'photos.example/a.jpg'],
  ['no host', 'https://'],
  ['a text', 'a photo'],
  ['too long', `https://photos.example/${'a'.repeat(URL_MAX_CHARS)}`],
  ['too long once encoded', `https://photos.example/${'ä'.repeat(URL_MAX_CHARS / 4)}`],
])('%s is no image URL', (_, text) => {
  expect(imageUrlSchema.safeParse(text).success).toBe(false);
});
