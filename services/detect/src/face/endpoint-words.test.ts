import { describe, expect, test } from 'vitest';
import { forPeople, readErrorWords } from './endpoint-words.ts';

describe('the text of an error is found', () => {
  test.each<[string, unknown, readonly string[], string]>([
    ["in Azure's envelope", { error: { code: 'InvalidImage', message: 'bad' } }, ['InvalidImage'], 'bad'],
    [
      'in its inner error',
      {
        error: {
          code: 'InvalidRequest',
          message: 'Invalid request has been sent.',
          innererror: { code: 'UnsupportedFeature', message: 'Feature is not supported' },
        },
      },
      ['InvalidRequest', 'UnsupportedFeature'],
      'Feature is not supported',
    ],
    [
      'without a code',
      { error: { statusCode: 403, message: 'Out of call volume quota.' } },
      [],
      'Out of call volume quota.',
    ],
    [
      'without the envelope, as gateways do',
      { statusCode: 429, message: 'Rate limit is exceeded.' },
      [],
      'Rate limit is exceeded.',
    ],
    ['with a number for a code', { error: { code: 429, message: 'slow down' } }, ['429'], 'slow down'],
    ['in plain text', 'upstream is down', [], 'upstream is down'],
    ['nowhere', undefined, [], ''],
    ['nowhere in a list', [1], [], ''],
  ])('%s', (_where, body, codes, message) => {
    expect(readErrorWords(body)).toEqual({ codes, message });
  });
});

describe('text for people', () => {
  test('and codes contain neither user nor query of a URL', () => {
    const text = `could not load 'https://photos.example/it's.jpg?sv=2024&sig=SECRET', nor HTTP://me:SECRET@b/c.`;
    const cut = "could not load 'https://photos.example/it's.jpg?[cut] nor HTTP://[cut]@b/c.";
    expect(forPeople(text)).toBe(cut);
    expect(readErrorWords({ code: text, message: text })).toEqual({ codes: [cut], message: cut });
  });

  test('is one line of at most 300 characters', () => {
    expect(forPeople('two\n  lines ')).toBe('two lines');
    expect(forPeople('x'.repeat(1_000))).toHaveLength(300);
  });
});
