import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { temporaryFolder } from '@tally/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePorts } from './loopback-ports.ts';
import { servePhotos } from './photo-server.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const closes: (() => Promise<void>)[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
  await folder.remove();
});

function file(name: string, content: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}

async function serve(files: readonly string[], ports: readonly number[] = [0]) {
  const server = await servePhotos({ files, ports });
  closes.push(server.close);
  return server;
}

/** Requests the path unchanged. `fetch` would normalize it. */
async function statusOf(origin: string, path: string): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

test('each file has its own address, whatever its name', async () => {
  const names = ['plain.jpg', 'a b#c?d%e&ü😀.jpg', 'it\'s "fine".png'];
  const server = await serve(names.map((name) => file(name, `bytes of ${name}`)));
  expect(server.urls.every((url) => URL.canParse(url))).toBe(true);
  const texts = await Promise.all(server.urls.map(async (url) => await (await fetch(url)).text()));
  expect(texts).toEqual(names.map((name) => `bytes of ${name}`));
});

test('a query is ignored', async () => {
  const [url = ''] = (await serve([file('a?b.jpg', 'photo')])).urls;
  for (const query of ['?', '?x=1', '?a=?b/../c']) expect(await (await fetch(url + query)).text()).toBe('photo');
});

test('two files of the same name have different addresses', async () => {
  const one = file('same.jpg', 'one');
  const server = await serve([one, one]);
  expect(new Set(server.urls).size).toBe(2);
});

test('nothing else is served, and paths cannot be guessed', async () => {
  file('secret.txt', 'secret');
  const photo = file('photo.jpg', 'photo');
  const server = await serve([photo]);
  const other = await serve([photo]);
  const [url = ''] = server.urls;
  const { origin, pathname } = new URL(url);
  expect(pathname.split('/')[1]).toHaveLength(22);
  expect(pathname).not.toBe(new URL(other.urls[0] ?? '').pathname);
  const paths = [
    '/',
    '/photo.jpg',
    '/1/photo.jpg',
    `${pathname}/../secret.txt`,
    pathname.replace('photo.jpg', '..%2fsecret.txt'),
  ];
  for (const path of paths) expect(await statusOf(origin, path)).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(404);
});

test('the first free port is taken; if none is left the message says so', async () => {
  const photo = file('photo.jpg', 'photo');
  const ports = await freePorts(2);
  const portOf = (server: { readonly urls: readonly string[] }) => Number(new URL(server.urls[0] ?? '').port);
  expect(portOf(await serve([photo], ports))).toBe(ports[0]);
  expect(portOf(await serve([photo], ports))).toBe(ports[1]);
  await expect(serve([photo], ports)).rejects.toThrow(
    'All 2 ports on which the running system reads local files are in use',
  );
});
