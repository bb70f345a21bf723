import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type ForwardProxy, listenOnLoopback, startForwardProxy } from '@tally/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fetchImage } from './fetch-image.ts';

/** A public address. Nothing in these tests connects to it: the proxy leads to the server here. */
const publicAddress = '93.184.216.34';
const photo = Buffer.alloc(5_000, 'photo');

let seen: IncomingHttpHeaders[];
let location: string | undefined;
let port: number;
let proxy: ForwardProxy;
const server = createServer((request, response) => {
  seen.push(request.headers);
  if (location === undefined) response.end(photo);
  else response.writeHead(302, { location }).end();
});

beforeEach(async () => {
  seen = [];
  location = undefined;
  port = await listenOnLoopback(server);
  proxy = await startForwardProxy(port);
  useProxy(proxy.url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await proxy.stop();
  server.close();
  server.closeAllConnections();
});

function useProxy(url: string): void {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) {
    vi.stubEnv(name, url);
    vi.stubEnv(name.toLowerCase(), url);
  }
}

/** Names resolve as the test says. */
function fetchBy(url: string, names: Readonly<Record<string, string>> = {}, allowed: readonly string[] = []) {
  const resolve = async (name: string) => [{ address: names[name] ?? '', family: 4 }];
  return fetchImage(url, { allowHosts: new Set(allowed), timeoutMs: 60_000, resolve });
}

const containing = (part: string): unknown => expect.stringContaining(part);
const refusal = (message: string) => ({
  status: 400,
  code: 'InvalidURL',
  message: containing(message),
});

test('a photo elsewhere comes through the proxy, which is asked for the checked address and not for the name', async () => {
  expect(await fetchBy('http://photos.example/1.jpg', { 'photos.example': publicAddress })).toEqual(photo);
  expect(proxy.asked).toEqual([`CONNECT ${publicAddress}:80`]);
  expect(seen[0]?.host).toBe('photos.example');
});

test('an https photo is requested in the same way', async () => {
  // The server here speaks no TLS, so the test can only see that the tunnel was made.
  await expect(fetchBy('https://photos.example/1.jpg', { 'photos.example': publicAddress })).rejects.toThrow();
  expect(proxy.asked).toEqual([`CONNECT ${publicAddress}:443`]);
});

test.each([
  ['a name of a private address', 'http://inside.example/'],
  ['a private address', 'http://10.0.0.1/'],
  ["the cloud's metadata", 'http://169.254.169.254/metadata'],
  ['loopback', 'http://127.0.0.1/'],
])('%s is refused without asking the proxy', async (_, url) => {
  await expect(fetchBy(url, { 'inside.example': '10.0.0.1' })).rejects.toMatchObject(refusal('not a public one'));
  expect(proxy.asked).toEqual([]);
});

test('a redirect to a private address is refused without asking the proxy', async () => {
  location = 'http://169.254.169.254/metadata';
  const names = { 'photos.example': publicAddress };
  await expect(fetchBy('http://photos.example/1.jpg', names)).rejects.toMatchObject(refusal('not a public one'));
  expect(proxy.asked).toEqual([`CONNECT ${publicAddress}:80`]);
});

test('an allowed host of this machine is reached without the proxy', async () => {
  const host = `127.0.0.1:${port}`;
  expect(await fetchBy(`http://${host}/1.jpg`, {}, [host])).toEqual(photo);
  expect(proxy.asked).toEqual([]);
});

test("a proxy's refusal is reported as such, with its status", async () => {
  const refusing = createServer().on('connect', (_request, socket) => {
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
  });
  const refusingPort = await listenOnLoopback(refusing);
  useProxy(`http://user:p%40ss@127.0.0.1:${refusingPort}`);
  const authorization = new Promise((resolve) => {
    refusing.once('connect', ({ headers }) => resolve(headers['proxy-authorization']));
  });
  const failed = fetchBy('http://photos.example/1.jpg', { 'photos.example': publicAddress });
  await expect(failed).rejects.toMatchObject(
    refusal(`The proxy 127.0.0.1:${refusingPort} refused the connection: 407`),
  );
  expect(await authorization).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
  refusing.close();
});

test.each([
  ['that refuses connections', '127.0.0.1', 'ImageHostUnreachable', 'ECONNREFUSED'],
  ['whose name does not exist', 'proxy.invalid', '', ''],
])('a proxy %s is named, without its credentials', async (_, host, code, reason) => {
  const gone = createServer();
  const gonePort = await listenOnLoopback(gone);
  await new Promise((resolve) => void gone.close(resolve));
  useProxy(`http://user:secret@${host}:${gonePort}`);
  const failed = await fetchBy('https://photos.example/1.jpg', { 'photos.example': publicAddress }).catch(
    (error: unknown) => error,
  );
  expect(failed).toMatchObject({
    code: containing(code),
    message: containing(`The proxy ${host}:${gonePort} can't be reached: ${reason}`),
  });
  expect(String(failed)).not.toContain('secret');
});
