// Named after its test project: it uses real connections.
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { closeServer, listenOnLoopback } from '@tally/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postText } from './post.ts';

let answer: RequestListener;
const server = createServer((request, response) => answer(request, response));
let port = 0;
beforeAll(async () => {
  port = await listenOnLoopback(server);
});
afterAll(() => closeServer(server));

function post(options: { allowHosts?: ReadonlySet<string>; timeoutMs?: number } = {}) {
  const rules = { allowHosts: new Set([`127.0.0.1:${port}`]), timeoutMs: 60_000, userAgent: 'test', ...options };
  const message = { headers: { 'content-type': 'application/json', 'x-own': 'own' }, body: '{"word":"ü"}' };
  return postText(`http://127.0.0.1:${port}/hook?x=1`, message, rules);
}

test('a text arrives completely, with its headers', async () => {
  const received = Promise.withResolvers<{ request: IncomingMessage; body: string }>();
  answer = (request, response) => {
    void text(request).then((body) => {
      response.writeHead(202, { 'retry-after': '7' }).end();
      received.resolve({ request, body });
    });
  };
  expect(await post()).toEqual({ status: 202, retryAfterSeconds: 7 });
  const { request, body } = await received.promise;
  expect(body).toBe('{"word":"ü"}');
  expect(request).toMatchObject({ method: 'POST', url: '/hook?x=1' });
  expect(request.headers).toMatchObject({ 'content-type': 'application/json', 'content-length': '13', 'x-own': 'own' });
});

test('an internal address that no setting allows is refused before a connection', async () => {
  let asked = 0;
  answer = (_request, response) => {
    asked += 1;
    response.end();
  };
  await expect(post({ allowHosts: new Set() })).rejects.toMatchObject({ code: 'Refused' });
  expect(asked).toBe(0);
});

test('a redirect is an answer and is not followed', async () => {
  const asked: (string | undefined)[] = [];
  answer = (request, response) => {
    asked.push(request.url);
    response.writeHead(307, { location: '/elsewhere' }).end();
  };
  expect(await post()).toMatchObject({ status: 307 });
  expect(asked).toEqual(['/hook?x=1']);
});

test('a receiver that does not answer is given up in time; one that breaks off may be retried', async () => {
  answer = () => undefined;
  await expect(post({ timeoutMs: 500 })).rejects.toMatchObject({ code: 'HostTimeout' });
  answer = (request) => request.socket.resetAndDestroy();
  await expect(post()).rejects.toMatchObject({ code: 'HostUnreachable' });
});
