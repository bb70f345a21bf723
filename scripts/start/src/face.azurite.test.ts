import { startStubFace } from '@tally/testing';
import { expect, test } from 'vitest';
import { AppStarter } from './app-starter.ts';
import { startFace } from './face.ts';
import { freePorts } from './loopback-ports.ts';

async function noticesOf(endpoint: string): Promise<string[]> {
  const notices: string[] = [];
  const onNotice = (text: string) => void notices.push(text);
  const starter = new AppStarter({ folders: new Map(), env: {}, onLine: () => undefined, onNotice });
  const { signal } = new AbortController();
  const face = await startFace(starter, { kind: 'given', endpoint, key: 'k' }, { onNotice, signal });
  expect(face.env).toEqual({ FACE_ENDPOINT: endpoint, FACE_KEY: 'k' });
  expect(starter.all()).toEqual([]);
  return notices;
}

test('a given Face endpoint is used as it is, and no service started', async () => {
  const stub = await startStubFace();
  expect(await noticesOf(stub.endpoint)).toEqual([]);
  await stub.stop();
});

test('one that does not answer is told, and no reason not to start: it may be away for a moment', async () => {
  const [port] = await freePorts(1);
  expect(await noticesOf(`http://127.0.0.1:${port}`)).toEqual([
    `The Face endpoint http://127.0.0.1:${port} doesn't answer (ECONNREFUSED). Until it does, images fail after some tries.`,
  ]);
});
