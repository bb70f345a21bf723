import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contentCodings, unpackBody } from './content-codings.ts';
import { FetchError } from './fetch-error.ts';
import { retryAfterSecondsOf } from './passing-failures.ts';

const runs = { numRuns: 500 };
const now = Date.UTC(2026, 10, 26, 12);

it('any Content-Encoding is read as at most two known codings, or refused', () => {
  const word = fc.constantFrom(
    'gzip',
    'x-gzip',
    'deflate',
    'br',
    'zstd',
    'identity',
    'none',
    'aws-chunked',
    '',
    '__proto__',
    'constructor',
  );
  const header = fc.oneof(
    fc.string(),
    fc.array(fc.oneof(word, fc.string()), { maxLength: 6 }).map((words) => words.join(', ')),
  );
  fc.assert(
    fc.property(header, (text) => {
      try {
        const codings = contentCodings(text);
        expect(codings.length).toBeLessThanOrEqual(2);
        for (const coding of codings) expect(coding).toMatch(/^(x-)?gzip$|^deflate$|^br$|^zstd$/);
      } catch (error) {
        expect(error).toBeInstanceOf(FetchError);
      }
    }),
    runs,
  );
});

it('a body that does not match its coding is refused, and causes no other error', async () => {
  const property = fc.asyncProperty(
    fc.uint8Array({ maxLength: 64 }),
    fc.constantFrom('gzip', 'deflate', 'br', 'zstd'),
    async (body, coding) => {
      const refused = await unpackBody(body, [coding], 1_000_000).catch((error: unknown) => error);
      expect(refused instanceof Uint8Array || (refused instanceof FetchError && refused.code === 'Refused')).toBe(true);
    },
  );
  await fc.assert(property, { numRuns: 200 });
});

it('any Retry-After is read as whole seconds of at most an hour, or ignored', () => {
  const text = fc.oneof(
    fc.string(),
    fc.integer().map(String),
    fc.bigInt({ min: 0n }).map(String),
    fc.date().map((date) => (Number.isNaN(date.getTime()) ? 'Invalid' : date.toUTCString())),
  );
  fc.assert(
    fc.property(text, (value) => {
      const seconds = retryAfterSecondsOf(value, now);
      if (seconds === undefined) return;
      expect(Number.isInteger(seconds)).toBe(true);
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect(seconds).toBeLessThanOrEqual(3_600);
    }),
    runs,
  );
  fc.assert(
    fc.property(fc.nat(3_600), (wait) => {
      expect(retryAfterSecondsOf(String(wait), now)).toBe(wait);
      expect(retryAfterSecondsOf(new Date(now + wait * 1_000).toUTCString(), now)).toBe(wait);
    }),
    runs,
  );
});
