import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FixtureHost } from '../fixtures/fixture-host.ts';
import type { HostProcess } from './index.ts';

// Requests that were sent to the official host (4.1037) and to this one. This host has to answer as the
// official host does.

const BODY_LIMIT = 1000;
let fixture: FixtureHost;
let host: HostProcess;
beforeAll(async () => {
  fixture = await FixtureHost.create('http,catchAll', { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: String(BODY_LIMIT) });
  host = await fixture.start();
});
afterAll(() => fixture.dispose());

const page: unknown = expect.stringContaining('up and running');
const containing = (part: object): unknown => expect.objectContaining(part);
const echoed = (id: string, path: string) =>
  containing({ params: { id }, url: `http://127.0.0.1:${host.port}${path}` });

describe('rule 19: the matching function with the first name answers', () => {
  it.each([
    ['GET', '/api/echo/special', 201, () => containing({ params: { id: 'special' } })],
    ['PUT', '/api/update', 200, () => ({ before: { path: 'update' } })],
    ['GET', '/api/unknown/path/', 404, () => ({ rest: { path: 'unknown/path/' } })],
    ['GET', '/api', 404, () => ({ rest: {} })],
    ['DELETE', '/api/echo/1', 404, () => ''],
    ['GET', '/echo/1', 404, () => ''],
  ])('%s %s: %i', async (method, path, status, body) => {
    expect(await ask(method, path)).toEqual({ status, body: body() });
  });
});

describe('rule 20: a path is decoded once', () => {
  it.each([
    ['/api/echo/a%20b', 'a b', '/api/echo/a%20b'],
    ['/api/echo/a%2Fb', 'a%2Fb', '/api/echo/a%2Fb'],
    ['/api/echo/a%252Fb', 'a%2Fb', '/api/echo/a%2Fb'],
    ['/api/echo/%zz', '%zz', '/api/echo/%25zz'],
    ['/api/echo/%E0%A4', '%E0%A4', '/api/echo/%E0%A4'],
    ['/api/echo/gr%C3%BC', 'grü', '/api/echo/gr%C3%BC'],
    ['/api/x/../echo/%2e%2E/echo/y', 'y', '/api/echo/y'],
  ])('%s is %s', async (path, id, url) => {
    expect(await ask('GET', path)).toEqual({ status: 201, body: echoed(id, url) });
  });

  it.each(['/api/echo/%00', '/%00'])('%s, a NUL, is an empty 400', async (path) => {
    expect(await ask('GET', path)).toEqual({ status: 400, body: '' });
  });
});

describe('rule 21: a segment is never empty', () => {
  it.each([
    ['//api/echo/1', ''],
    ['/api//echo/1', ''],
    ['/api/echo//', { rest: { path: 'echo//' } }],
    ['/api/x//y', { rest: { path: 'x//y' } }],
  ])('%s is 404, by the host unless a catch-all matches before', async (path, body) => {
    expect(await ask('GET', path)).toEqual({ status: 404, body });
  });
});

describe('rules 22 and 23: a body', () => {
  it('of an announced length is passed on up to the limit; above, the answer is an empty 500', async () => {
    const exact = 'x'.repeat(BODY_LIMIT);
    const length = (bytes: number) => ({ 'content-length': String(bytes) });
    expect(await ask('POST', '/api/echo', exact, length(BODY_LIMIT))).toMatchObject({
      status: 201,
      body: { body: exact },
    });
    const over = { status: 500, body: '' };
    expect(await ask('POST', '/api/echo', `${exact}x`, length(BODY_LIMIT + 1))).toEqual(over);
    const huge = 20_000_000;
    expect(await ask('POST', '/api/echo', 'x'.repeat(huge), length(huge))).toEqual(over);
  });

  it('without a length, in chunks, is not passed on, however small or large', async () => {
    const chunked = { 'transfer-encoding': 'chunked' };
    for (const bytes of [2, BODY_LIMIT + 1])
      expect(await ask('POST', '/api/echo', 'x'.repeat(bytes), chunked)).toMatchObject({
        status: 201,
        body: { body: '' },
      });
  });
});

it('rule 24: the root answers 200 with a page of the host', async () => {
  expect(await ask('GET', '/')).toEqual({ status: 200, body: page });
});

it('rule 25: query names ignore case, and a repeated one arrives joined', async () => {
  expect(await ask('GET', '/api/echo/1?Top=1&top=2&x=%zz&y=a+b&z')).toMatchObject({
    status: 201,
    body: { query: { top: '1,2', x: '%zz', y: 'a b', z: '' } },
  });
});

describe('rule 26: the first line and the headers are bounded', () => {
  const lineOf = (bytes: number) => `/api/echo/1?x=${'a'.repeat(bytes - 'GET /api/echo/1?x= HTTP/1.1\r\n'.length)}`;
  const some = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`x${index}`, '1']));
  // The two headers that every request here has, and the name of the third.
  const others = () => `host: 127.0.0.1:${host.port}\r\nconnection: keep-alive\r\nx: \r\n`.length;

  it('a line of 8,192 bytes is accepted, one more is an empty 414', async () => {
    expect(await ask('GET', lineOf(8_192))).toMatchObject({ status: 201 });
    expect(await ask('GET', lineOf(8_193))).toEqual({ status: 414, body: '' });
  });

  it('100 headers are accepted, one more is an empty 431', async () => {
    expect(await ask('GET', '/api/echo/1', '', some(98))).toMatchObject({ status: 201 });
    expect(await ask('GET', '/api/echo/1', '', some(99))).toEqual({ status: 431, body: '' });
  });

  it('32,768 bytes of headers are accepted, one more is an empty 431', async () => {
    const x = (bytes: number) => ({ x: 'a'.repeat(bytes - others()) });
    expect(await ask('GET', '/api/echo/1', '', x(32_768))).toMatchObject({ status: 201 });
    expect(await ask('GET', '/api/echo/1', '', x(32_769))).toEqual({ status: 431, body: '' });
  });
});

/** Sends the path unchanged, which fetch would not do. A JSON body in the answer is parsed. */
async function ask(method: string, path: string, body = '', headers: Record<string, string> = {}) {
  const asked = request({ host: '127.0.0.1', port: host.port, method, path, headers }).end(body);
  const [response]: [IncomingMessage] = await once(asked, 'response').then(([first]) => [first]);
  const answer = await text(response);
  return { status: response.statusCode, body: answer.startsWith('{') ? (JSON.parse(answer) as unknown) : answer };
}
