import { encodeWorkMessage, MESSAGE_MAX_BYTES } from '@tally/contracts';
import { planRun } from '@tally/run-state';
import { describe, expect, it } from 'vitest';
import { faceHappiness, imageUrlSchema, URL_MAX_CHARS } from './face-happiness.ts';

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
  it.each([30, 200, 1_000, URL_MAX_CHARS])(
    'keeps URLs of %i characters below 48 KiB a message and 24 Ki a property',
    (length) => {
      const url = urlOf(length);
      const count = 10_000;
      const sizes = Array.from({ length: count }, () => JSON.stringify(url).length + 1);
      const { shards } = planRun(sizes, faceHappiness.sizing);
      const largest = Math.max(...shards.flatMap(({ chunks }) => chunks.map((chunk) => chunk.count)));
      const items = Array.from({ length: largest }, (_, index) => ({ index: 199_000 + index, input: url }));
      expect(JSON.stringify(items.map(({ input }) => input)).length).toBeLessThanOrEqual(24 * 1_024 + 1);
      const message = encodeWorkMessage('url', {
        ...{ v: 1, runId: 'r'.repeat(256), gen: 'm1x2m1x2', stage: 'detect', shard: 63, epoch: 99, chunk: 9_999 },
        ...{
          tok: 't'.repeat(64),
          etag: 'e'.repeat(60),
          attempt: 3,
          items,
          traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
        },
      });
      expect(Buffer.byteLength(message)).toBeLessThan(MESSAGE_MAX_BYTES);
    },
  );

  it('fills the default window with a small run, an image a message', () => {
    const { chunkItems, shards } = planRun([50, 50, 50], faceHappiness.sizing);
    expect(chunkItems).toBe(1);
    expect(shards.flatMap(({ chunks }) => chunks)).toHaveLength(3);
  });
});
