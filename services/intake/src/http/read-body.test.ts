import { expect, test } from 'vitest';
import { parseJson, readText } from './read-body.ts';

const LIMIT = { maxBytes: 1_000 };

const request = (bytes: Uint8Array<ArrayBuffer>, announced?: number) => ({
  url: 'http://127.0.0.1/api/runs',
  headers: new Headers(announced === undefined ? {} : { 'content-length': String(announced) }),
  params: {},
  query: new URLSearchParams(),
  arrayBuffer: async () => bytes.buffer,
});

test('a body over the limit is refused with 413, by its announced length and by its true one', async () => {
  await expect(readText(request(new Uint8Array(2), LIMIT.maxBytes + 1), LIMIT)).rejects.toMatchObject({ status: 413 });
  await expect(readText(request(new Uint8Array(LIMIT.maxBytes + 1)), LIMIT)).rejects.toMatchObject({
    status: 413,
    problem: { errors: [{ field: 'body', limit: LIMIT.maxBytes }] },
  });
});

test('a body that is not UTF-8 is refused', async () => {
  await expect(readText(request(new Uint8Array([0xff, 0xfe, 0x00])), LIMIT)).rejects.toMatchObject({ status: 400 });
});

test.each([
  ['', 'nothing'],
  ['{', 'half an object'],
  ['[1] 2', 'more than one value'],
  ['['.repeat(60_000), 'an abyss'],
  [`${'['.repeat(101)}${']'.repeat(101)}`, 'a value that is too deep'],
])('%j is refused: %s', (text) => {
  expect(() => parseJson(text)).toThrow(/Invalid JSON content/);
});

test('brackets inside of strings are text', () => {
  const text = JSON.stringify(['['.repeat(200), '"\\"['.repeat(200), { '{': '}' }]);
  expect(parseJson(text)).toEqual(JSON.parse(text));
});
