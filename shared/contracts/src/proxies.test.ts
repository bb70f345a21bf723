import { expect, test } from 'vitest';
import { keepLoopbackDirect, proxySettings } from './proxies.ts';

const proxy = 'http://proxy.example:3128';
const loopback = 'localhost,127.0.0.1,::1,[::1]';

test('loopback is added to the exceptions of the environment, in upper and in lower case', () => {
  const settings = proxySettings({ http_proxy: proxy, NO_PROXY: 'a.example, .b.example', no_proxy: 'c.example' });
  expect(settings).toMatchObject({ HTTP_PROXY: proxy, http_proxy: proxy, HTTPS_PROXY: '', https_proxy: '' });
  expect(settings['NO_PROXY']).toBe(`a.example,.b.example,c.example,${loopback}`);
  expect(settings['no_proxy']).toBe(settings['NO_PROXY']);
});

test('a star among the exceptions means no proxy at all', () => {
  expect(proxySettings({ HTTPS_PROXY: proxy, no_proxy: 'a.example,*' })).toMatchObject({
    HTTPS_PROXY: '',
    https_proxy: '',
    NO_PROXY: '*',
  });
});

test('an environment without proxies only gets the exceptions', () => {
  const env: Record<string, string | undefined> = { PATH: '/bin' };
  keepLoopbackDirect(env);
  expect(env).toEqual({ PATH: '/bin', NO_PROXY: loopback, no_proxy: loopback });
  keepLoopbackDirect(env);
  expect(env['NO_PROXY']).toBe(loopback);
});
