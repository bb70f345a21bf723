import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tellProgress } from './progress.mjs';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function linesAfter(ms: number, env: NodeJS.ProcessEnv): string[] {
  const lines: string[] = [];
  const end = tellProgress((line) => lines.push(line), env);
  vi.advanceTimersByTime(ms);
  end();
  vi.advanceTimersByTime(1_000_000);
  return lines;
}

test('an install reports every half minute that it continues, until it ends', () => {
  expect(linesAfter(29_999, {})).toEqual([]);
  expect(linesAfter(60_000, {})).toEqual([
    'Still installing after 30 s. npm says nothing while it works, or waits for its registry.',
    'Still installing after 60 s. npm says nothing while it works, or waits for its registry.',
  ]);
});

test('the proxies that are set are named, without credentials', () => {
  const env = {
    HTTPS_PROXY: 'http://user:secret@proxy.example:3128/',
    npm_config_proxy: 'user:secret@other.example:8080',
    http_proxy: '',
    NO_PROXY: 'localhost',
  };
  expect(linesAfter(30_000, env)).toEqual([
    'Still installing after 30 s. npm says nothing while it works, or waits for its registry through a proxy (HTTPS_PROXY=proxy.example:3128, npm_config_proxy=other.example:8080).',
  ]);
  expect(linesAfter(30_000, { HTTPS_PROXY: 'user:secret@' }).join()).not.toContain('secret');
});
