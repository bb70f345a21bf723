import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { ResolvedAddress } from '@tally/guarded-fetch';
import { listenOnLoopback } from '@tally/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchImage } from './fetch-image.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const megabyte = 1024 * 1024;
const photo = Buffer.alloc(5000, 'photo');

let server: Server;
let port: number;
let answers: Record<string, Answer>;
let asked: string[];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers[request.url ?? ''];
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });
  port = await listenOnLoopback(server);
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  answers = { '/photo.jpg': (_request, response) => response.end(photo) };
  asked = [];
});

const here = (path: string): string => `http://127.0.0.1:${port}${path}`;

/** Fetches with the server allowed, and a time limit that only a hang reaches. */
function fetchHere(url: string, { timeoutMs = 60_000 } = {}) {
  return fetchImage(url, { allowHosts: new Set([`127.0.0.1:${port}`]), timeoutMs });
}

const redirectTo =
  (location: string, status = 302): Answer =>
  (_request, response) =>
    response.writeHead(status, { location }).end('moved');

/** Matches text that contains this part. It is typed, which vitest's own matcher isn't. */
const containing = (part: string): unknown => expect.stringContaining(part);

const failing = (code: string, reason: string) => ({ status: 400, code, message: containing(reason) });
const invalidUrl = (reason: string) => failing('InvalidURL', reason);

describe('a download', () => {
  it('returns the bytes, asks for no compression and sends nothing of ours', async () => {
    let headers: NodeJS.Dict<string | string[]> = {};
    answers['/seen'] = (request, response) => {
      headers = request.headers;
      response.end(photo);
    };
    expect(await fetchHere(here('/seen'))).toEqual(photo);
    expect(Object.keys(headers).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
    expect(headers['accept-encoding']).toBe('identity');
  });

  it('is refused without a connection if the address is internal', async () => {
    const rules = { allowHosts: new Set<string>(), timeoutMs: 60_000 };
    await expect(fetchImage(here('/photo.jpg'), rules)).rejects.toMatchObject(invalidUrl('not a public one'));
    // The system's own resolver knows this name for 127.0.0.1.
    await expect(fetchImage(`http://localhost:${port}/photo.jpg`, rules)).rejects.toMatchObject(
      invalidUrl('not a public one'),
    );
    expect(asked).toEqual([]);
  });

  it('connects to the address that was checked: the name is resolved once, and not again by the connection', async () => {
    const name = 'no-such-name.invalid';
    const questions: string[] = [];
    const resolve = async (hostname: string): Promise<ResolvedAddress[]> => {
      questions.push(hostname);
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const rules = { allowHosts: new Set([`${name}:${port}`]), timeoutMs: 60_000, resolve };
    expect(await fetchImage(`http://${name}:${port}/photo.jpg`, rules)).toEqual(photo);
    expect(questions).toEqual([name]);
  });

  it('checks a name again if its address changes between two hops', async () => {
    const name = 'rebinding.invalid';
    const answersOfName = ['127.0.0.1', '169.254.169.254'];
    answers['/start'] = redirectTo(`http://${name}:1/next`);
    const resolve = async (): Promise<ResolvedAddress[]> => [{ address: answersOfName.shift() ?? '', family: 4 }];
    const rules = { allowHosts: new Set([`${name}:${port}`]), timeoutMs: 60_000, resolve };
    await expect(fetchImage(`http://${name}:${port}/start`, rules)).rejects.toMatchObject(
      invalidUrl('not a public one'),
    );
    expect(asked).toEqual(['/start']);
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('of status %i is followed, even if it is relative', async (status) => {
    answers['/start'] = redirectTo('/photo.jpg', status);
    expect(await fetchHere(here('/start'))).toEqual(photo);
  });

  it('is followed at most three times', async () => {
    answers['/1'] = redirectTo('/2');
    answers['/2'] = redirectTo('/3');
    answers['/3'] = redirectTo('/photo.jpg');
    answers['/0'] = redirectTo('/1');
    expect(await fetchHere(here('/1'))).toEqual(photo);
    asked = [];
    await expect(fetchHere(here('/0'))).rejects.toMatchObject(invalidUrl('More than 3 redirects'));
    expect(asked).toEqual(['/0', '/1', '/2', '/3']);
  });

  it.each([
    'http://169.254.169.254/metadata/instance?api-version=2021-02-01',
    'http://[::ffff:169.254.169.254]/',
    'http://localhost/',
    'http://10.0.0.1/',
    '//127.0.0.1/',
  ])('to an internal address is refused: %s', async (location) => {
    answers['/start'] = redirectTo(location);
    await expect(fetchHere(here('/start'))).rejects.toMatchObject(invalidUrl('not a public one'));
  });

  it.each([
    'file:///etc/passwd',
    'ftp://example.com/a.jpg',
    'http://me:secret@example.com/',
    'gopher://example.com/',
    'http://',
  ])('to anything but a plain http(s) URL is refused: %s', async (location) => {
    answers['/start'] = redirectTo(location);
    await expect(fetchHere(here('/start'))).rejects.toMatchObject({ code: 'InvalidURL' });
  });

  it('without a location is refused', async () => {
    answers['/start'] = (_request, response) => response.writeHead(302).end();
    await expect(fetchHere(here('/start'))).rejects.toMatchObject(invalidUrl('without a location'));
  });
});

describe('a body', () => {
  it('of exactly 6 MB is taken', async () => {
    answers['/big'] = (_request, response) => response.end(Buffer.alloc(6 * megabyte));
    expect((await fetchHere(here('/big'))).byteLength).toBe(6 * megabyte);
  });

  const tooBig = { status: 400, code: 'InvalidImageSize', message: containing('no larger than 6 MB') };

  it('that announces a larger size is refused by its header alone', async () => {
    answers['/big'] = (_request, response) => {
      // Never sends what it promises: waiting for the body would hang.
      response.writeHead(200, { 'content-length': 7 * megabyte }).flushHeaders();
    };
    await expect(fetchHere(here('/big'))).rejects.toMatchObject(tooBig);
  });

  it('that is larger than announced is cut off, even if it is endless', async () => {
    const closed = Promise.withResolvers<void>();
    answers['/endless'] = (_request, response) => {
      response.on('close', () => closed.resolve());
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
      };
      response.on('drain', pour);
      pour();
    };
    await expect(fetchHere(here('/endless'))).rejects.toMatchObject(tooBig);
    await closed.promise;
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('compressed by %s without being asked for is unpacked', async (encoding, compress) => {
    answers['/packed'] = (_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(compress(photo));
    expect(await fetchHere(here('/packed'))).toEqual(photo);
  });

  it.each(['', ' ', 'identity', 'none', 'binary', 'aws-chunked', 'aws-chunked, identity', ','])(
    'with the content encoding "%s" is taken as it is',
    async (encoding) => {
      answers['/plain'] = (_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end(photo);
      expect(await fetchHere(here('/plain'))).toEqual(photo);
    },
  );

  it.each<[string, () => Buffer]>([
    ['deflate', () => deflateRawSync(photo)],
    ['zstd', () => zstdCompressSync(photo)],
    ['gzip, aws-chunked', () => gzipSync(photo)],
    ['deflate, gzip', () => gzipSync(deflateSync(photo))],
    ['GZIP', () => gzipSync(photo)],
  ])('with the content encoding "%s" is unpacked', async (encoding, pack) => {
    answers['/packed'] = (_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end(pack());
    expect(await fetchHere(here('/packed'))).toEqual(photo);
  });

  it('that a proxy has changed (203) is taken', async () => {
    answers['/changed'] = (_request, response) => response.writeHead(203).end(photo);
    expect(await fetchHere(here('/changed'))).toEqual(photo);
  });

  it('after an unrequested 100 Continue is taken', async () => {
    answers['/continue'] = (_request, response) => {
      response.writeContinue();
      response.end(photo);
    };
    expect(await fetchHere(here('/continue'))).toEqual(photo);
  });

  it('that unpacks to more than 6 MB is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * megabyte));
    expect(bomb.byteLength).toBeLessThan(megabyte);
    answers['/bomb'] = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    await expect(fetchHere(here('/bomb'))).rejects.toMatchObject(tooBig);
  });

  it('in an unknown or broken encoding is refused', async () => {
    answers['/odd'] = (_request, response) =>
      response.writeHead(200, { 'content-encoding': 'compress, gzip' }).end(photo);
    answers['/broken'] = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(photo);
    await expect(fetchHere(here('/odd'))).rejects.toMatchObject(invalidUrl('not supported'));
    await expect(fetchHere(here('/broken'))).rejects.toMatchObject({ code: 'InvalidURL' });
  });

  it('that never comes ends at the time limit', async () => {
    answers['/slow'] = (_request, response) => response.write('a');
    await expect(fetchHere(here('/slow'), { timeoutMs: 300 })).rejects.toMatchObject(
      failing('ImageHostTimeout', 'took longer than 0.3 seconds'),
    );
  });

  it('that drips byte by byte ends at the time limit too', async () => {
    answers['/drip'] = (_request, response) => {
      const dripping = setInterval(() => response.write('a'), 5);
      response.on('close', () => clearInterval(dripping));
    };
    await expect(fetchHere(here('/drip'), { timeoutMs: 300 })).rejects.toMatchObject(
      failing('ImageHostTimeout', 'took longer than'),
    );
  });

  it('that is cut in the middle may be retried', async () => {
    answers['/cut'] = (_request, response) => {
      response.writeHead(200, { 'content-length': 5000 });
      response.write('half', () => response.destroy());
    };
    await expect(fetchHere(here('/cut'))).rejects.toMatchObject(
      failing('ImageHostUnreachable', 'An error occurred while sending the request.'),
    );
  });
});

describe('a failing server', () => {
  it.each([204, 206, 304, 403, 404, 410])("with status %i gets Azure's error", async (status) => {
    answers['/status'] = (_request, response) => response.writeHead(status).end();
    await expect(fetchHere(here('/status'))).rejects.toMatchObject(
      invalidUrl(`Response status code does not indicate success: ${status}.`),
    );
  });

  it.each([
    [408, 'ImageHostError'],
    [425, 'ImageHostError'],
    [429, 'ImageHostBusy'],
    [500, 'ImageHostError'],
    [502, 'ImageHostError'],
    [503, 'ImageHostBusy'],
    [504, 'ImageHostError'],
  ])('with status %i is reported as %s, with its Retry-After', async (status, code) => {
    const reason = `Response status code does not indicate success: ${status}.`;
    answers['/later'] = (_request, response) => response.writeHead(status, { 'retry-after': '7' }).end();
    await expect(fetchHere(here('/later'))).rejects.toMatchObject({ ...failing(code, reason), retryAfterSeconds: 7 });
    answers['/status'] = (_request, response) => response.writeHead(status).end();
    await expect(fetchHere(here('/status'))).rejects.toMatchObject({
      ...failing(code, reason),
      retryAfterSeconds: undefined,
    });
  });

  it('that breaks the connection without an answer may be retried', async () => {
    answers['/reset'] = (request) => request.socket.resetAndDestroy();
    await expect(fetchHere(here('/reset'))).rejects.toMatchObject(failing('ImageHostUnreachable', 'An error occurred'));
  });

  it('whose name cannot be resolved at the moment may be retried', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('EAI_AGAIN'), { code: 'EAI_AGAIN' }));
    const rules = { allowHosts: new Set<string>(), timeoutMs: 60_000, resolve };
    await expect(fetchImage('http://photos.example/', rules)).rejects.toMatchObject(
      failing('ImageHostUnreachable', 'name resolution'),
    );
  });

  it('that refuses the connection is reported without its address', async () => {
    const gone = createServer();
    const host = `127.0.0.1:${await listenOnLoopback(gone)}`;
    gone.close();
    await once(gone, 'close');
    const refused = fetchImage(`http://${host}/`, { allowHosts: new Set([host]), timeoutMs: 60_000 });
    await expect(refused).rejects.toMatchObject(
      failing('ImageHostUnreachable', 'An error occurred while sending the request.'),
    );
  });

  it('whose name never resolves ends at the time limit', async () => {
    const rules = { allowHosts: new Set<string>(), timeoutMs: 100, resolve: () => new Promise<never>(() => undefined) };
    await expect(fetchImage('http://slow.example/', rules)).rejects.toMatchObject(
      failing('ImageHostTimeout', 'took longer than'),
    );
  });
});
