import { startForwardProxy, startStubFace } from '@tally/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { createFaceCalls } from './face-calls.ts';

afterEach(() => void vi.unstubAllEnvs());

const never = new AbortController().signal;

test('the proxy of the environment gets the calls to an endpoint on another machine, and none to one on this machine', async () => {
  const face = await startStubFace();
  const proxy = await startForwardProxy(Number(new URL(face.endpoint).port));
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) {
    vi.stubEnv(name, proxy.url);
    vi.stubEnv(name.toLowerCase(), proxy.url);
  }
  const look = async (endpoint: string) => {
    const calls = createFaceCalls({ endpoint, key: 'key', timeoutMs: 60_000, concurrency: 1 });
    const items = [{ index: 0, input: 'https://photos.example/0.jpg' }];
    const outcomes = await calls.tryItems(items, { lane: 'all', run: 'one', signal: never, until: never });
    calls.close();
    return outcomes.get(0)?.kind;
  };
  try {
    expect(await look(face.endpoint)).toBe('succeeded');
    expect(proxy.asked).toEqual([]);
    expect(await look('http://face.invalid')).toBe('succeeded');
    expect(proxy.asked[0]).toMatch(/^POST http:\/\/face\.invalid\/face\/v1\.2\/detect/);
  } finally {
    await proxy.stop();
    await face.stop();
  }
});
