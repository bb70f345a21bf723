import { setGlobalProxyFromEnv } from 'node:http';
import { startStubFace } from '@tally/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { AppStarter } from './app-starter.ts';
import { startFace } from './face.ts';
import { freePorts } from './loopback-ports.ts';

afterEach(() => void vi.unstubAllEnvs());

async function noticesOf(endpoint: string, key?: string): Promise<string[]> {
  const notices: string[] = [];
  const onNotice = (text: string) => void notices.push(text);
  const starter = new AppStarter({ folders: new Map(), env: {}, onLine: () => undefined, onNotice });
  const { signal } = new AbortController();
  const face = await startFace(starter, { kind: 'given', endpoint, key }, { onNotice, signal });
  expect(face.env).toEqual({ FACE_ENDPOINT: endpoint, ...(key !== undefined && { FACE_KEY: key }) });
  expect(starter.all()).toEqual([]);
  return notices;
}

test('a given Face endpoint is used as it is, and no service is started', async () => {
  const stub = await startStubFace();
  expect(await noticesOf(stub.endpoint, 'k')).toEqual([]);
  await stub.stop();
});

test('an endpoint that does not answer is reported, but does not stop the start: it may be away for a moment', async () => {
  const [port] = await freePorts(1);
  expect(await noticesOf(`http://127.0.0.1:${port}`, 'k')).toEqual([
    `The Face endpoint http://127.0.0.1:${port} doesn't answer (ECONNREFUSED). Until it answers, images fail after some tries.`,
  ]);
});

test('a proxy on the way to it is named, without its credentials', async () => {
  const [port] = await freePorts(1);
  const proxy = `http://user:secret@127.0.0.1:${port}`;
  for (const name of ['HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, proxy);
  const restore = setGlobalProxyFromEnv({ https_proxy: proxy });
  try {
    expect(await noticesOf('https://face.example', 'k')).toEqual([
      `The Face endpoint https://face.example doesn't answer (ECONNREFUSED, through the proxy 127.0.0.1:${port}). Until it answers, images fail after some tries.`,
    ]);
  } finally {
    restore();
  }
});

test('a missing key is reported, with what is used in its place', async () => {
  const stub = await startStubFace();
  expect(await noticesOf(stub.endpoint)).toEqual([
    expect.stringMatching(`^FACE_KEY is missing: the key of ${stub.endpoint}\\. .* identity`),
  ]);
  await stub.stop();
});
