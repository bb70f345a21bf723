import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FixtureHost, until } from '../fixtures/fixture-host.ts';
import type { HostProcess } from './index.ts';

describe('an HTTP function', () => {
  let fixture: FixtureHost;
  let host: HostProcess;
  beforeAll(async () => {
    fixture = await FixtureHost.create('http,hooks');
    host = await fixture.start();
  });
  afterAll(() => fixture.dispose());

  it('gets method, URL, parameters, query, headers and body, and answers with status, headers and body', async () => {
    const url = `${host.url}/api/echo/a%20b?x=1&x=2&y=%C3%A9`;
    const response = await fetch(url, { method: 'POST', headers: { 'x-question': 'why' }, body: 'grüße' });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-answer')).toBe('yes');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      method: 'POST',
      url,
      params: { id: 'a b' },
      query: { x: '1,2', y: 'é' },
      header: 'why',
      body: 'grüße',
    });
  });

  it('is found in any case of the path, and without its optional parameter', async () => {
    expect(await (await fetch(`${host.url}/API/eCHO`)).json()).toMatchObject({ params: {} });
  });

  it('is listed in the log of a start only with debug lines', async () => {
    expect(fixture.lines.join('\n')).not.toContain(' answers ');
    const logging = { logLevel: { default: 'Debug' } };
    const debugging = await FixtureHost.create('http', {}, {}, { logging });
    await debugging.start();
    expect(debugging.lines.join('\n')).toMatch(/ debug .* echo answers GET, POST \/api\/Echo/);
    await debugging.dispose();
  });

  it('answers 404 for another path, method or number of segments', async () => {
    const paths = ['/api', '/api/unknown', '/api/echo/1/2', '/echo/1'];
    const statuses = await Promise.all(paths.map(async (path) => (await fetch(host.url + path)).status));
    expect(statuses).toEqual(paths.map(() => 404));
    expect((await fetch(`${host.url}/api/echo/1`, { method: 'DELETE' })).status).toBe(404);
  });

  it('answers 204 when it returns nothing', async () => {
    const response = await fetch(`${host.url}/api/nothing`);
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it('answers 500 with an empty body when it throws, and the log says why, through the log hook', async () => {
    const response = await fetch(`${host.url}/api/boom`);
    expect([response.status, await response.text()]).toEqual([500, '']);
    await until(() => fixture.lines.some((line) => / error .* boom \[[0-9a-f]{8}\] failed .*\*\*\*/.test(line)));
    expect(fixture.lines.join('\n')).not.toContain('secret detail');
  });

  it('runs the hooks around it, which share data', async () => {
    await fetch(`${host.url}/api/nothing`);
    expect(fixture.evidence('appStart')).toHaveLength(1);
    expect(fixture.evidence('postInvocation').at(-1)).toMatchObject({ before: 'nothing' });
    await fetch(`${host.url}/api/boom`);
    expect(fixture.evidence('postInvocation').at(-1)).toMatchObject({ before: 'boom', error: 'secret detail' });
  });

  it('is listed by the status endpoint for a caller that uses a loopback address', async () => {
    const status = await (await fetch(`${host.url}/admin/host/status`)).json();
    expect(status).toMatchObject({ state: 'Running', processId: host.pid });
    expect(JSON.stringify(status)).toContain('"name":"echo"');
    expect(await statusAs('evil.example', host.port)).toBe(403);
    expect(await statusAs('localhost', host.port)).toBe(200);
  });

  it('finishes a request while the host drains, and then appTerminate runs', async () => {
    const answer = fetch(`${host.url}/api/hold/drain`);
    await until(() => fixture.evidence('start', 'hold').length === 1);
    const stopped = host.stop();
    await fixture.told('stopping; 1 running');
    fixture.release('drain');
    expect(await (await answer).text()).toBe('held');
    expect(await stopped).toEqual({ code: 0, signal: null });
    expect(fixture.evidence('appTerminate')).toHaveLength(1);
  });
});

describe('an HTTP function of authLevel function', () => {
  it('answers 401 with an empty body and is not called, unless a valid key is given', async () => {
    const fixture = await FixtureHost.create('http', { TALLY_HOST_KEYS: 'full=all;read=some' });
    try {
      const host = await fixture.start();
      const status = async (path: string, init: RequestInit = {}) =>
        (await fetch(`${host.url}/api/${path}`, init)).status;
      const refused = await fetch(`${host.url}/api/locked`);
      expect([refused.status, await refused.text()]).toEqual([401, '']);
      expect(fixture.evidence('start', 'locked')).toEqual([]);
      expect(await status('locked?code=some')).toBe(200);
      expect(await status('locked', { headers: { 'x-functions-key': 'all' } })).toBe(200);
      expect(await status('nothing')).toBe(204);
      expect(await status('unknown')).toBe(404);
    } finally {
      await fixture.dispose();
    }
  });
});

function statusAs(hostHeader: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/admin/host/status', headers: { host: hostHeader } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
