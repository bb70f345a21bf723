import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { FixtureHost } from '../fixtures/fixture-host.ts';
import type { HostProcess } from './index.ts';

let fixture: FixtureHost;
let host: HostProcess;
beforeAll(async () => {
  fixture = await FixtureHost.create('http', { TALLY_HOST_ALLOW_HOSTS: 'my-machine' });
  host = await fixture.start();
});
afterAll(() => fixture.dispose());

const codeOf = (body: string): string => z.object({ code: z.string() }).parse(JSON.parse(body)).code;

/** A POST to a function with headers that `fetch` would not allow. */
async function post(headers: Readonly<Record<string, string>>, port = host.port, path = '/api/echo') {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number | undefined;
    type: string;
    body: string;
  }>();
  request({ host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
    const type = response.headers['content-type'] ?? '';
    text(response).then((body) => resolve({ status: response.statusCode, type, body }), reject);
  })
    .on('error', reject)
    .end('{}');
  return await promise;
}

it('a function is called under an allowed name, and not under one that was made to point here', async () => {
  const refused = await post({ host: 'evil.example' });
  expect(refused).toMatchObject({ status: 403, type: 'application/problem+json; charset=utf-8' });
  expect(JSON.parse(refused.body)).toMatchObject({ status: 403, code: 'HostNotAllowed' });
  expect(fixture.evidence('start', 'echo')).toEqual([]);
  expect(await post({ host: 'my-machine' })).toMatchObject({ status: 201 });
  expect(await post({ host: `localhost:${host.port}` })).toMatchObject({ status: 201 });
});

it('neither a function nor anything else is called by a web page of another origin', async () => {
  const page = { origin: 'https://evil.example', 'content-type': 'text/plain' };
  for (const path of ['/api/echo', '/api/unknown', '/admin/host/status']) {
    for (const headers of [page, { 'sec-fetch-site': 'cross-site' }]) {
      const refused = await post(headers, host.port, path);
      expect([refused.status, codeOf(refused.body)]).toEqual([403, 'CrossSiteRequest']);
    }
  }
  const own = { host: `127.0.0.1:${host.port}`, origin: host.url, 'sec-fetch-site': 'same-origin' };
  expect(await post(own)).toMatchObject({ status: 201 });
});

it('with keys only the key counts', async () => {
  const locked = await FixtureHost.create('http', { TALLY_HOST_KEYS: 'full=all' });
  try {
    const { port } = await locked.start();
    const headers = { host: 'tally.example', origin: 'https://a.example' };
    expect(await post({ ...headers, 'x-functions-key': 'all' }, port)).toMatchObject({ status: 201 });
  } finally {
    await locked.dispose();
  }
});

it('a Host with a user and a password is refused, and no key of the query appears in the log', async () => {
  const refused = await post({ host: 'me:secret@127.0.0.1' }, host.port, '/api/echo?code=very-secret');
  expect([refused.status, codeOf(refused.body)]).toEqual([400, 'InvalidHost']);
  expect(fixture.lines.join('\n')).not.toContain('secret');
});
