// Named after its test project: it uses real connections.
import { createServer, type RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { closeServer, listenOnLoopback } from '@tally/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type DownloadRules, downloadStream } from './download.ts';
import { FetchError } from './fetch-error.ts';

const MIB = 1024 * 1024;

let answer: RequestListener = (_request, response) => response.end();
const server = createServer((request, response) => answer(request, response));
let port = 0;
beforeAll(async () => {
  port = await listenOnLoopback(server);
});
afterAll(() => closeServer(server));
beforeEach(() => {
  answer = (_request, response) => response.setHeader('content-type', 'video/mp4').end('a clip');
});

function download(options: Partial<DownloadRules> = {}, signal?: AbortSignal) {
  const allowHosts = new Set([`127.0.0.1:${port}`]);
  const rules = { allowHosts, timeoutMs: 60_000, userAgent: 'test', accept: 'video/*', maxBytes: 4 * MIB, ...options };
  return downloadStream(`http://127.0.0.1:${port}/clip`, rules, signal);
}

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.byteLength;
  return bytes;
}

const failing = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  return error instanceof FetchError ? error.code : String(error);
};

test('a file has the type that its host gives', async () => {
  const { contentType, body } = await download();
  expect(contentType).toBe('video/mp4');
  expect(await bytesOf(body)).toBe(6);
});

test('a host that no setting allows is refused before a connection', async () => {
  let asked = 0;
  answer = (_request, response) => {
    asked += 1;
    response.end();
  };
  expect(await failing(download({ allowHosts: new Set() }))).toBe('Refused');
  expect(asked).toBe(0);
});

test('a file that announces too many bytes is refused by its header, one that does not while it is read', async () => {
  answer = (_request, response) => response.writeHead(200, { 'content-length': 5 * MIB }).flushHeaders();
  expect(await failing(download())).toBe('TooBig');
  answer = (_request, response) => {
    for (let mib = 0; mib < 5; mib += 1) response.write(Buffer.alloc(MIB));
    response.end();
  };
  const { body } = await download();
  expect(await failing(bytesOf(body))).toBe('TooBig');
});

test('a compressed file is refused', async () => {
  answer = (_request, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('a clip'));
  expect(await failing(download())).toBe('Refused');
});

test('a truncated file may be retried', async () => {
  answer = (_request, response) => {
    response.writeHead(200, { 'content-length': 5000 });
    response.write('half', () => response.destroy());
  };
  const { body } = await download();
  expect(await failing(bytesOf(body))).toBe('HostUnreachable');
});

test('a file that does not end in time is given up', async () => {
  answer = (_request, response) => response.write('half');
  const { body } = await download({ timeoutMs: 500 });
  expect(await failing(bytesOf(body))).toBe('HostTimeout');
});

test('a caller that hangs up ends the download, and one that stops reading closes the connection', async () => {
  const closed = Promise.withResolvers<void>();
  answer = (_request, response) => {
    response.on('close', () => closed.resolve());
    response.write('half');
  };
  const { body } = await download();
  for await (const chunk of body) {
    expect(chunk.byteLength).toBe(4);
    break;
  }
  await closed.promise;

  const caller = new AbortController();
  const { body: second } = await download({}, caller.signal);
  const reading = failing(bytesOf(second));
  caller.abort(new Error('hung up'));
  expect(await reading).toBe('Error: hung up');
});

test('a caller that has hung up before causes no unhandled error', async () => {
  const gone = AbortSignal.abort(new Error('the caller has hung up'));
  const resolve = () => Promise.reject(new Error('no name'));
  const rules = {
    allowHosts: new Set<string>(),
    timeoutMs: 60_000,
    userAgent: 'test',
    accept: 'video/*',
    maxBytes: MIB,
  };
  const download = downloadStream('http://clips.example/', { ...rules, resolve }, gone);
  await expect(download).rejects.toThrow('the caller has hung up');
});

test('a body that is not read ends with the time limit', async () => {
  const closed = Promise.withResolvers<void>();
  answer = (_request, response) => {
    response.on('close', () => closed.resolve());
    response.write('half');
  };
  await download({ timeoutMs: 500 });
  await closed.promise;
});
