import { expect, test } from 'vitest';
import { RunCache } from './run-cache.ts';

test('a run row is read once a second, and sooner by a caller that asks for a younger one', async () => {
  let now = 0;
  let reads = 0;
  const readRun = async () => {
    reads += 1;
    return null;
  };
  const cache = new RunCache({ readRun }, () => now);
  await cache.get('run');
  now = 900;
  await cache.get('run');
  expect(reads).toBe(1);
  await cache.get('run', 850);
  expect(reads).toBe(2);
  now = 1_899;
  await cache.get('run');
  expect(reads).toBe(2);
  now = 1_900;
  await cache.get('run');
  expect(reads).toBe(3);
});
