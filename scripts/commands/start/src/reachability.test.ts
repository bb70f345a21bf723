import { afterEach, expect, test, vi } from 'vitest';
import { reasonOf } from './reachability.ts';

afterEach(() => void vi.unstubAllEnvs());

const failed = (code: string, message: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });

test.each([
  ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:3128', 'ECONNREFUSED'],
  ['UND_ERR_ABORTED', 'Proxy response (407) !== 200 when HTTP Tunneling', 'Proxy response (407)'],
])('the fault (%s) is reported with the proxy on the way, without its credentials', (code, message, told) => {
  for (const name of ['HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, 'http://user:secret@proxy.example');
  for (const name of ['NO_PROXY', 'no_proxy']) vi.stubEnv(name, 'localhost');
  const reason = reasonOf(failed(code, message), 'https://account.queue.core.windows.net');
  expect(reason).toContain(told);
  expect(reason).toMatch(/, through the proxy proxy\.example:80$/);
  expect(reasonOf(failed(code, message), 'https://localhost:10001')).not.toContain('proxy.example');
});
