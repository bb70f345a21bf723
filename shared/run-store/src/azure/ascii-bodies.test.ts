import { expect, test } from 'vitest';
import { toAsciiJson } from './ascii-bodies.ts';

test('JSON escaped to ASCII has the same meaning', () => {
  const value = { schlüssel: `"ü" \\ 日本 🙂 \u2028 end`, plain: 'a\nb' };
  const ascii = toAsciiJson(JSON.stringify(value));
  expect(ascii).toMatch(/^[ -~]*$/);
  expect(JSON.parse(ascii)).toEqual(value);
});
