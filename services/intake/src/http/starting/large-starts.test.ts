import { gzipSync } from 'node:zlib';
import type { RequestBody } from '@tally/api';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { LargeStarts } from './large-starts.ts';

const MIB = 1024 * 1024;
const body: RequestBody = { schema: z.unknown(), description: '', maxBytes: 32 * MIB };

function requestOf(bytes: Uint8Array, coding?: string) {
  return {
    url: 'http://127.0.0.1/api/runs',
    runsUrl: 'http://127.0.0.1/api/runs',
    headers: new Headers({
      'content-length': String(bytes.byteLength),
      ...(coding === undefined ? {} : { 'content-encoding': coding }),
    }),
    params: {},
    query: new URLSearchParams(),
    arrayBuffer: async () => new Uint8Array(bytes).buffer,
  };
}
const large = () => requestOf(Buffer.alloc(2 * MIB, 'a'));
const small = () => requestOf(Buffer.alloc(MIB, 'a'));
/** A few kilobytes that unpack to two mebibytes. */
const packed = () => requestOf(gzipSync(Buffer.alloc(2 * MIB, 'a')), 'gzip');
const refusal = { status: 429, problem: { code: 'TooManyLargeStarts' }, headers: { 'retry-after': '5' } };

test('of eight large starts at once two are processed, and the others are told when to retry', async () => {
  const starts = new LargeStarts(2);
  const end = Promise.withResolvers<void>();
  let [atOnce, most] = [0, 0];
  const work = async () => {
    most = Math.max(most, ++atOnce);
    await end.promise;
    atOnce -= 1;
  };
  const posts = Array.from({ length: 8 }, (_, index) => starts.admit(index % 2 === 0 ? large() : packed(), body, work));
  const refused: unknown[] = [];
  await new Promise<void>((resolve) => {
    for (const post of posts)
      post.catch((error: unknown) => {
        if (refused.push(error) === 6) resolve();
      });
  });
  for (const error of refused) expect(error).toMatchObject(refusal);
  // Small starts are let through in the meantime.
  expect(await starts.admit(small(), body, async (text) => text.length)).toBe(MIB);
  expect(await starts.admit(requestOf(gzipSync('[]'), 'gzip'), body, async (text) => text)).toBe('[]');
  end.resolve();
  await Promise.allSettled(posts);
  expect(most).toBe(2);
  expect(await starts.admit(large(), body, async (text) => text.length)).toBe(2 * MIB);
});

test('a large start that fails frees its place', async () => {
  const starts = new LargeStarts(1);
  const fail = async () => {
    throw new Error('no storage');
  };
  for (let count = 0; count < 3; count++) await expect(starts.admit(large(), body, fail)).rejects.toThrow('no storage');
});

test('a body beyond the limit of a start is refused by its announced length, before any of it is read', async () => {
  const unread = {
    ...requestOf(new Uint8Array(2)),
    headers: new Headers({ 'content-length': String(33 * MIB) }),
    arrayBuffer: async () => await Promise.reject(new Error('was read')),
  };
  await expect(new LargeStarts(1).admit(unread, body, async () => undefined)).rejects.toMatchObject({ status: 413 });
});
