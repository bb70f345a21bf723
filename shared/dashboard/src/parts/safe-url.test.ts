import { expect, test } from 'vitest';
import { safeUrl } from './safe-url.ts';

test.each([
  'javascript:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'x',
  '',
  null,
  7,
  `https://a.example/${'x'.repeat(5_000)}`,
])('%j is not an address to follow', (text) => expect(safeUrl(text)).toBeUndefined());

test.each(['https://a.example/b.jpg?sig=1', 'http://127.0.0.1:1/a'])('%s is', (text) =>
  expect(safeUrl(text)).toBe(text),
);
