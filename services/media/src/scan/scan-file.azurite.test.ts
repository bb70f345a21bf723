// Blobs are on Azurite, files come from a real HTTP server. clamd is a double, because none is available for
// every machine.
import { createServer } from 'node:http';
import { type BlobStore, connectBlobs, containers } from '@tally/blobs';
import type { MediaInput } from '@tally/chains';
import { closeServer, listenOnLoopback, startTemporaryAzurite } from '@tally/testing';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { failureOf, resultOf, workOn } from '../fixtures/work.fixture.ts';
import { type ClamdDouble, startClamdDouble } from './clamd.fixture.ts';
import { EICAR } from './eicar.ts';
import { scanFile } from './scan-file.ts';

const MIB = 2 ** 20;

/** The first box of an MP4, with data behind it. */
const film = Buffer.concat([Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isomiso2', 'latin1'), Buffer.alloc(300_000, 7)]);

let store: BlobStore;
beforeAll(async () => {
  const azurite = await startTemporaryAzurite({ blob: true });
  store = connectBlobs({ kind: 'connectionString', value: azurite.connectionString });
  await store.createContainers(Object.values(containers));
  return () => azurite.stop();
});

let clamd: ClamdDouble | undefined;
afterEach(async () => {
  await clamd?.stop();
  clamd = undefined;
});

async function upload(name: string, content: Uint8Array): Promise<MediaInput> {
  const at = { container: containers.uploads, name };
  await store.put(at, content, { contentType: 'text/html', maxBytes: 100 * MIB });
  return { blob: name };
}

const settings = { clamd: undefined, maxBytes: MIB, allowHosts: new Set<string>() };
const scan = (input: MediaInput, changed: Partial<Parameters<typeof scanFile>[1]> = {}) =>
  resultOf(scanFile(store, { ...settings, ...changed }), workOn(store, 'scan', input));

describe('an upload', () => {
  test('is identified by its content, and the result has the scanned version', async () => {
    const input = await upload('holiday/ä film?.txt', film);
    const { etag } = await store.head({ container: 'uploads', name: 'holiday/ä film?.txt' });
    expect(await scan(input)).toEqual({
      file: { container: 'uploads', name: 'holiday/ä film?.txt', bytes: film.length },
      etag,
      type: 'video/mp4',
      by: 'eicar',
    });
  });

  test("that contains EICAR's signature ends the run, whatever type it claims", async () => {
    for (const content of [EICAR, Buffer.concat([film, EICAR])]) {
      expect(await failureOf(scan(await upload('virus.mp4', content)))).toBe('FatalRunError Infected');
    }
  });

  test.each([
    ['a text', Buffer.from('only words')],
    ['a picture', Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(50)])],
    ['nothing', Buffer.alloc(0)],
  ])('that is %s is rejected', async (_, content) => {
    expect(await failureOf(scan(await upload('some.mp4', content)))).toBe('FatalError NotMedia');
  });

  test('that is too large or missing is rejected', async () => {
    const large = await upload('large.mp4', Buffer.concat([film, Buffer.alloc(MIB)]));
    expect(await failureOf(scan(large))).toBe('FatalError FileTooLarge');
    expect(await failureOf(scan({ blob: 'never uploaded.mp4' }))).toBe('FatalError FileMissing');
  });

  test.each(['../runs/a', '..', 'a/../../runs/b', '/a', 'a\\b'])(
    'is not looked for under the name %j',
    async (blob) => {
      expect(await failureOf(scan({ blob }))).toBe('FatalError InvalidName');
    },
  );
});

describe('a URL', () => {
  const server = createServer((request, response) => {
    if (request.url === '/film.mp4') response.end(film);
    else if (request.url === '/large.mp4') response.end(Buffer.alloc(2 * MIB));
    else if (request.url === '/virus.mp4') response.end(EICAR);
    else if (request.url === '/busy') response.writeHead(503, { 'retry-after': '7' }).end();
    else response.writeHead(404).end();
  });
  let origin = '';
  let allowed: { allowHosts: ReadonlySet<string> };
  beforeAll(async () => {
    const port = await listenOnLoopback(server);
    origin = `http://127.0.0.1:${port}`;
    allowed = { allowHosts: new Set([`127.0.0.1:${port}`]) };
    return () => closeServer(server);
  });

  test('is first copied into a file of the run, the same at each try', async () => {
    const file = { container: 'runs', name: 'a run/g1/scan.0/source', bytes: film.length };
    expect(await scan({ url: `${origin}/film.mp4` }, allowed)).toMatchObject({ file, type: 'video/mp4', by: 'eicar' });
    expect(await scan({ url: `${origin}/film.mp4` }, allowed)).toMatchObject({ file });
  });

  test('with an internal address is not requested, unless a setting allows it', async () => {
    expect(await failureOf(scan({ url: `${origin}/film.mp4` }))).toBe('FatalError InvalidUrl');
  });

  test.each([
    ['/virus.mp4', 'FatalRunError Infected'],
    ['/large.mp4', 'FatalError FileTooLarge'],
    ['/gone.mp4', 'FatalError InvalidUrl'],
    ['/busy', 'RetryAfterError HostBusy'],
  ])('%s fails as %s', async (path, failure) => {
    expect(await failureOf(scan({ url: `${origin}${path}` }, allowed))).toBe(failure);
  });
});

describe('with a clamd', () => {
  test('a file is sent to it completely, and the result names the scanner', async () => {
    clamd = await startClamdDouble(() => 'stream: OK');
    expect(await scan(await upload('film.mp4', film), { clamd: clamd.place })).toMatchObject({ by: 'clamd' });
    expect(clamd.scanned.map((stream) => Buffer.compare(stream, film))).toEqual([0]);
  });

  test('a finding ends the run and is named', async () => {
    clamd = await startClamdDouble(() => 'stream: Win.Test.EICAR_HDB-1 FOUND');
    const scanning = scan(await upload('film.mp4', film), { clamd: clamd.place });
    await expect(scanning).rejects.toThrow('clamd found Win.Test.EICAR_HDB-1 in the file');
    expect(await failureOf(scanning)).toBe('FatalRunError Infected');
  });

  test.each([
    ['an error', 'stream: Can not allocate memory ERROR'],
    ['no word that is known', 'hello'],
    ['nothing', ''],
    ['a broken connection', null],
    ['a time-out', 'COMMAND READ TIMED OUT'],
  ])('the answer %s never means that a file is clean: the scan is tried again', async (_, answer) => {
    clamd = await startClamdDouble(() => answer);
    expect(await failureOf(scan(await upload('film.mp4', film), { clamd: clamd.place }))).toBe('Error');
  });

  test('an empty file is rejected, whatever a scanner would say', async () => {
    clamd = await startClamdDouble(() => '');
    const scanning = scan(await upload('empty.mp4', Buffer.alloc(0)), { clamd: clamd.place });
    expect(await failureOf(scanning)).toBe('FatalError NotMedia');
  });

  test("a file beyond the scanner's limit is reported as such", async () => {
    clamd = await startClamdDouble(() => 'INSTREAM size limit exceeded. ERROR');
    const scanning = scan(await upload('film.mp4', film), { clamd: clamd.place });
    expect(await failureOf(scanning)).toBe('FatalError TooLargeToScan');
  });

  test('the scan is tried again if it is unreachable', async () => {
    const gone = await startClamdDouble(() => 'stream: OK');
    await gone.stop();
    const scanning = scan(await upload('film.mp4', film), { clamd: gone.place });
    await expect(scanning).rejects.toThrow(`clamd at 127.0.0.1:${gone.place.port} did not scan the file`);
    expect(await failureOf(scanning)).toBe('Error');
  });

  test('the scan waits for it no longer than the try lasts', async () => {
    const silent = createServer(() => undefined);
    const port = await listenOnLoopback(silent);
    const caller = new AbortController();
    const input = await upload('film.mp4', film);
    const work = workOn(store, 'scan', input, { signal: caller.signal });
    const scanning = resultOf(scanFile(store, { ...settings, clamd: { host: '127.0.0.1', port } }), work);
    silent.once('connection', () => caller.abort(new Error('the try is over')));
    await expect(scanning).rejects.toThrow('the try is over');
    await closeServer(silent);
  });
});
