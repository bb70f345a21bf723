import { readStorageRequest, type StorageResponse } from '@tally/testing';
import { expect, test } from 'vitest';
import { Traffic } from './traffic.ts';

const MESSAGES = '/devstoreaccount1/detect/messages';

function request(method: string, url: string) {
  return readStorageRequest('queue', method, url, {}, Buffer.alloc(0));
}

function answer(text = ''): StorageResponse {
  return { status: 200, rawHeaders: [], body: Buffer.from(text) };
}

/** A process takes the messages with these ids. */
async function take(traffic: Traffic, ...ids: readonly string[]): Promise<void> {
  const list = ids.map((id) => `<QueueMessage><MessageId>${id}</MessageId></QueueMessage>`).join('');
  await traffic.follow(request('GET', MESSAGES), async () => answer(`<QueueMessagesList>${list}</QueueMessagesList>`));
}

test('a request without an answer is under way, however long ago the last answer was', async () => {
  const traffic = new Traffic();
  const { promise, resolve } = Promise.withResolvers<StorageResponse>();
  const followed = traffic.follow(request('POST', MESSAGES), async () => await promise);
  expect(traffic.isQuietFor(0)).toBe(false);
  resolve(answer());
  await followed;
  expect(traffic.isQuietFor(0)).toBe(true);
});

test('a request that fails is not under way', async () => {
  const traffic = new Traffic();
  const failing = async () => await Promise.reject(new Error('no connection'));
  await expect(traffic.follow(request('POST', MESSAGES), failing)).rejects.toThrow('no connection');
  expect(traffic.isQuietFor(0)).toBe(true);
});

test.each([
  ['deleted', 'DELETE'],
  ['hidden again', 'PUT'],
])('a message is at work until it is %s', async (_, method) => {
  const traffic = new Traffic();
  await take(traffic, 'one', 'two');
  for (const id of ['one', 'two']) {
    expect(traffic.isQuietFor(0)).toBe(false);
    await traffic.follow(request(method, `${MESSAGES}/${id}?popreceipt=x`), async () => answer());
  }
  expect(traffic.isQuietFor(0)).toBe(true);
});

test('a message stays at work while its deletion has no answer', async () => {
  const traffic = new Traffic();
  await take(traffic, 'one');
  await traffic.follow(request('DELETE', `${MESSAGES}/one?popreceipt=x`), async () => 'reset');
  expect(traffic.isQuietFor(0)).toBe(false);
});

test('what a dead process had taken is not at work', async () => {
  const traffic = new Traffic();
  await take(traffic, 'one');
  traffic.forget();
  expect(traffic.isQuietFor(0)).toBe(true);
});

test('a poll whose answer was broken off counts as a request: it may have found messages', async () => {
  const traffic = new Traffic();
  await traffic.follow(request('GET', MESSAGES), async () => 'reset');
  expect(traffic).toMatchObject({ asked: 1, requests: 1 });
});

test('polls of empty queues are neither under way nor work', async () => {
  const traffic = new Traffic();
  await take(traffic);
  expect(traffic).toMatchObject({ asked: 1, requests: 0 });
  expect(traffic.isQuietFor(0)).toBe(true);
});
