import { request } from 'node:http';
import { allForms, type CheckStatus, checkStatusSchema } from '@tally/api';
import { waitUntil } from '@tally/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Api, startApi, statusOf } from './api.fixture.ts';
import { readCells } from './rows.fixture.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi({ env: { TALLY_HOST_KEYS: 'full=master==;read=look', TALLY_USE_FORWARDED_HOST: 'true' } });
  return () => api.stop();
}, 180_000);

const FULL = 'master==';
const gated = JSON.stringify({ urls: ['https://photos.example/a.jpg'], approval: { timeout: 'PT1H' } });
const post = { method: 'POST', headers: { 'content-type': 'application/json' } };

describe('keys', () => {
  const all = [...allForms];
  const call = (operation: (typeof all)[number], query: string, headers = {}) => {
    const path = operation.path.replaceAll(/\{\w+\}/g, 'unknown');
    return fetch(`${api.system.url}/api${path}?${query}`, { method: operation.method, headers });
  };

  test.each(all)('$id: 401 and nothing written without a key or with a wrong one', async (operation) => {
    for (const response of [
      await call(operation, ''),
      await call(operation, 'code=wrong'),
      await call(operation, '', { 'x-functions-key': 'master' }),
    ])
      expect([response.status, await response.text()]).toEqual([401, '']);
    expect(await readCells(api.system.storage, 'runs')).toEqual([]);
  });

  test.each(all)('$id: the read key opens it only if it reads', async (operation) => {
    for (const response of [
      await call(operation, 'code=look'),
      await call(operation, '', { 'x-functions-key': 'look' }),
    ])
      expect(response.status === 401).toBe(operation.access === 'control');
    expect(operation.access === 'read').toBe(['GET', 'HEAD'].includes(operation.method));
    expect(await readCells(api.system.storage, 'runs')).toEqual([]);
  });

  test.each(all.filter(({ id }) => !/start(?:Run|RunAs)$/i.test(id)))(
    '$id: the full key opens it',
    async (operation) => {
      expect((await call(operation, `code=${encodeURIComponent(FULL)}`)).status).not.toBe(401);
      expect((await call(operation, '', { 'x-functions-key': FULL })).status).not.toBe(401);
    },
  );
});

test('a caller behind a proxy gets the addresses that it has called', async () => {
  const headers = {
    'x-functions-key': FULL,
    'x-forwarded-host': 'tally.example',
    'x-forwarded-proto': 'https',
  };
  for (const path of ['runs', 'durabletask/orchestrators/face-happiness']) {
    const started = await fetch(`${api.system.url}/api/${path}`, { method: 'POST', headers, body: gated });
    const { statusQueryGetUri } = checkStatusSchema.parse(await started.json());
    expect(statusQueryGetUri).toMatch(/^https:\/\/tally\.example\/api\//);
    expect(started.headers.get('location')).toBe(statusQueryGetUri);
    const status = await fetch(statusQueryGetUri.replace('https://tally.example', api.system.url), { headers });
    expect([status.status, status.headers.get('location')]).toEqual([202, statusQueryGetUri]);
  }
  const wrong = { ...headers, 'x-forwarded-host': 'a user:word@b' };
  expect((await fetch(`${api.system.url}/api/runs`, { headers: wrong })).status).toBe(400);
});

test('no key appears in a log, whatever the request is', async () => {
  const { hostname, port } = new URL(api.system.url);
  const path = `/api/runs?code=${encodeURIComponent(FULL)}`;
  const send = (headers: Record<string, string>, method = 'GET') =>
    new Promise<number | undefined>((resolve, reject) => {
      const sent = request({ hostname, port, path, method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject).end();
    });
  for (const host of ['user:word@127.0.0.1', 'user@a', 'a b', 'a/b', '[', 'a:99999'])
    expect(await send({ host }), host).toBe(400);
  expect(await send({ 'x-forwarded-host': 'user:word@a' })).toBe(400);
  expect(await send({ 'content-encoding': 'gzip' }, 'POST')).toBe(400);
  expect(api.system.log()).not.toMatch(/master(?:==|%3D)/i);
});

describe('a client that knows only the payload', () => {
  const start = async (init: RequestInit, query = ''): Promise<CheckStatus> => {
    const response = await fetch(`${api.system.url}/api/runs${query}`, { method: 'POST', body: gated, ...init });
    expect(response.status).toBe(202);
    const payload = checkStatusSchema.parse(await response.json());
    expect(response.headers.get('location')).toBe(payload.statusQueryGetUri);
    return payload;
  };
  const keyed = () => start({}, `?code=${encodeURIComponent(FULL)}`);
  /** Follows the status as clients of Durable do: to the address in Location while the status is 202. */
  const status = async (uri: string) => {
    const response = await fetch(uri);
    if (response.status === 202) expect(response.headers.get('location')).toBe(uri);
    return statusOf({ status: response.status, headers: response.headers, body: await response.json() });
  };
  const reaches = (uri: string, runtimeStatus: string) =>
    waitUntil(async () => (await status(uri)).runtimeStatus === runtimeStatus, { describe: `it is ${runtimeStatus}` });
  const follow = async (uri: string, text = '') =>
    (await fetch(uri.replace('{text}', encodeURIComponent(text)), { method: 'POST' })).status;

  test('gets no key in the addresses if it sent the key in a header', async () => {
    const payload = await start({ headers: { 'x-functions-key': FULL } });
    expect(JSON.stringify(payload)).not.toContain('code=');
    expect((await fetch(payload.statusQueryGetUri)).status).toBe(401);
    expect((await fetch(payload.statusQueryGetUri, { headers: { 'x-functions-key': 'look' } })).status).toBe(202);
  });

  test('drives a run through suspend, resume and an event to its end, is refused a rewind, restarts and purges it', async () => {
    const run = await keyed();
    expect(await follow(run.suspendPostUri, 'wait & see')).toBe(202);
    await reaches(run.statusQueryGetUri, 'Suspended');
    expect(await follow(run.resumePostUri, 'go')).toBe(202);
    await reaches(run.statusQueryGetUri, 'Running');
    const event = run.sendEventPostUri.replace('{eventName}', 'Approval');
    expect((await fetch(event, { ...post, body: '{"approved":true}' })).status).toBe(202);
    await reaches(run.statusQueryGetUri, 'Completed');
    expect((await status(run.statusQueryGetUri))['output']).toMatchObject({ min_val: 0.25, max_val: 0.75 });
    expect(await follow(run.rewindPostUri, 'again')).toBe(412);
    const restarted = await fetch(run.restartPostUri, { method: 'POST' });
    const second = checkStatusSchema.parse(await restarted.json());
    expect(second.id).not.toBe(run.id);
    expect((await fetch(run.purgeHistoryDeleteUri, { method: 'DELETE' })).status).toBe(200);
    expect((await fetch(run.statusQueryGetUri)).status).toBe(404);
    expect((await fetch(second.approvePostUri ?? '', { method: 'POST' })).status).toBe(202);
    await reaches(second.statusQueryGetUri, 'Completed');
  });

  test('terminates a run, with a reason', async () => {
    const run = await keyed();
    expect(await follow(run.terminatePostUri, 'not today')).toBe(202);
    await reaches(run.statusQueryGetUri, 'Terminated');
    expect((await status(run.statusQueryGetUri))['output']).toBe('not today');
    expect(await follow(run.resumePostUri, 'please')).toBe(410);
  });

  test('rejects a run by the address made for that', async () => {
    const run = await keyed();
    expect((await fetch(run.rejectPostUri ?? '', { method: 'POST' })).status).toBe(202);
    await reaches(run.statusQueryGetUri, 'Failed');
  });
});
