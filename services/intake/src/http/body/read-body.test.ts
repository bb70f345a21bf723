import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { parseJson, readText } from './read-body.ts';

const advice: unknown = expect.stringMatching(/Content-Length.*not chunked/);
const LIMIT = { maxBytes: 1_000 };

const request = (bytes: Uint8Array<ArrayBuffer>, announced: number | null = bytes.length, coding?: string) => ({
  url: 'http://127.0.0.1/api/runs',
  runsUrl: 'http://127.0.0.1/api/runs',
  headers: new Headers({
    ...(announced === null ? {} : { 'content-length': String(announced) }),
    ...(coding === undefined ? {} : { 'content-encoding': coding }),
  }),
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

test('a body without a Content-Length is refused with 411 that says what to do, even if it has arrived', async () => {
  for (const bytes of [0, 2])
    await expect(readText(request(new Uint8Array(bytes), null), LIMIT)).rejects.toMatchObject({
      status: 411,
      problem: { detail: advice },
    });
});

test('a body that is not UTF-8 is refused', async () => {
  await expect(readText(request(new Uint8Array([0xff, 0xfe, 0x00])), LIMIT)).rejects.toMatchObject({ status: 400 });
});

const packed = (bytes: Buffer) => new Uint8Array(bytes);

test.each([
  ['gzip', packed(gzipSync('grüße'))],
  ['x-gzip', packed(gzipSync('grüße'))],
  ['GZIP', packed(gzipSync('grüße'))],
  ['deflate', packed(deflateSync('grüße'))],
  ['br', packed(brotliCompressSync('grüße'))],
  ['identity', packed(Buffer.from('grüße'))],
  ['identity, gzip', packed(gzipSync('grüße'))],
  ['', packed(Buffer.from('grüße'))],
])('a body sent as %j is unpacked', async (coding, bytes) => {
  expect(await readText(request(bytes, bytes.length, coding), LIMIT)).toBe('grüße');
});

test('a small body that unpacks to more than the limit is refused at the limit', async () => {
  const bomb = packed(gzipSync(Buffer.alloc(100 * LIMIT.maxBytes)));
  expect(bomb.length).toBeLessThan(LIMIT.maxBytes);
  await expect(readText(request(bomb, bomb.length, 'gzip'), LIMIT)).rejects.toMatchObject({
    status: 413,
    problem: { errors: [{ field: 'body', limit: LIMIT.maxBytes }] },
  });
});

test.each(['zstd', 'aws-chunked', 'gzip, gzip'])('the coding %s is refused by its name', async (coding) => {
  await expect(readText(request(new Uint8Array(1), 1, coding), LIMIT)).rejects.toMatchObject({
    status: 415,
    problem: {
      errors: [
        { field: 'content-encoding', message: `is "${coding}"; one of gzip, x-gzip, deflate, br is accepted, or none` },
      ],
    },
  });
});

test('a body that does not match its coding is refused', async () => {
  const half = packed(gzipSync('x'.repeat(500)).subarray(0, 12));
  for (const bytes of [half, packed(Buffer.from('[1]'))])
    await expect(readText(request(bytes, bytes.length, 'gzip'), LIMIT)).rejects.toMatchObject({ status: 400 });
});

test.each([
  ['1e400', 'a number that is none here'],
  ['[{"a":[-1e999]}]', 'one further in'],
  ['{"__proto__":1,"a":2}', 'a field that would be lost'],
  ['[{"a":{"\\u005f_proto__":{}}}]', 'one further in, in other words'],
])('%s is refused: %s', (text) => {
  expect(() => parseJson(text)).toThrow(/Invalid JSON content/);
});

test('names that objects inherit are ordinary fields', () => {
  const text = '{"constructor":1,"prototype":{"toString":null},"hasOwnProperty":[]}';
  expect(JSON.stringify(parseJson(text))).toBe(text);
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

test('brackets inside strings are text', () => {
  const text = JSON.stringify(['['.repeat(200), '"\\"['.repeat(200), { '{': '}' }]);
  expect(parseJson(text)).toEqual(JSON.parse(text));
});
