import { startTemporaryAzurite } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import { describeBlobs } from '../blobs.conformance.ts';
import { allBytes } from '../bounded.ts';
import { connectBlobs } from './connect-blobs.ts';

let connectionString = '';
beforeAll(async () => {
  const azurite = await startTemporaryAzurite({ blob: true });
  connectionString = azurite.connectionString;
  return () => azurite.stop();
});

const connect = () => connectBlobs({ kind: 'connectionString', value: connectionString });

describeBlobs('on an account', async () => connect());

test('a link reads its blob and no other, and writes nothing', async () => {
  const store = connect();
  await store.createContainers(['linked']);
  const options = { contentType: 'text/plain', maxBytes: 100 };
  await store.put({ container: 'linked', name: 'run ä/a' }, Buffer.from('for you'), options);
  await store.put({ container: 'linked', name: 'run ä/b' }, Buffer.from('not for you'), options);
  const link = await store.link({ container: 'linked', name: 'run ä/a' }, 60_000);
  const answer = await fetch(link);
  expect(answer.headers.get('content-type')).toBe('text/plain');
  expect(await answer.text()).toBe('for you');
  expect((await fetch(link.replace(/\/a\?/, '/b?'))).status).toBe(403);
  expect((await fetch(link.replace(/\?.*/, ''))).status).toBe(403);
  const headers = { 'x-ms-blob-type': 'BlockBlob' };
  expect((await fetch(link, { method: 'PUT', body: 'mine', headers })).status).toBe(403);
  expect((await fetch(link, { method: 'DELETE' })).status).toBe(403);
});

test('an unread body does no harm when its signal aborts, and a cancelled one releases its connection', async () => {
  const store = connect();
  await store.createContainers(['unread']);
  const at = { container: 'unread', name: 'large' };
  await store.put(at, Buffer.alloc(8 * 1024 * 1024), { contentType: 'video/mp4', maxBytes: 8 * 1024 * 1024 });
  const caller = new AbortController();
  const unread = await store.get(at, { signal: caller.signal });
  caller.abort(new Error('enough'));
  await expect(allBytes(unread)).rejects.toThrow();
  // More reads than there are connections: each must have released its own.
  for (let turn = 0; turn < 40; turn += 1) {
    const iterator = (await store.get(at))[Symbol.asyncIterator]();
    if (turn % 2 === 0) await iterator.next();
    await iterator.return?.();
  }
});
