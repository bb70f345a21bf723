import { afterEach, expect, test, vi } from 'vitest';
import { connectorOf } from './connector.ts';

afterEach(() => void vi.unstubAllEnvs());

test('hosts in NO_PROXY are connected to without the proxy', () => {
  for (const name of ['HTTP_PROXY', 'http_proxy']) vi.stubEnv(name, 'http://127.0.0.1:1');
  vi.stubEnv('NO_PROXY', 'photos.example');
  vi.stubEnv('no_proxy', 'photos.example');
  const addresses = [{ address: '93.184.216.34', family: 4 }];
  const connector = (url: string) => connectorOf({ url: new URL(url), addresses }, new AbortController().signal);
  expect(connector('http://photos.example/')).toBeTypeOf('object');
  expect(connector('http://others.example/')).toBeTypeOf('function');
});
