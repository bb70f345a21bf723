import type { Json } from '@tally/contracts';
import { expect, test } from 'vitest';
import { runOut } from '../fixtures/broken-rows.fixture.ts';
import { MemorySystem, squares } from '../fixtures/memory-system.fixture.ts';

/** A run of two shards of a chain that makes such an output. */
async function errorWith(summarize: typeof squares.summarize) {
  const system = new MemorySystem();
  await system.prepare();
  const worker = system.worker.bind(system);
  system.worker = (aheadMs) => ({ ...worker(aheadMs), chain: { ...squares, summarize } });
  await system.start(14);
  await runOut(system, ['run']);
  const run = (await system.worker().store.readRun('run'))?.value;
  return run?.status === 'Failed' ? run.error : run?.status;
}

test.each<[string, typeof squares.summarize, RegExp]>([
  [
    'its chain throws',
    () => {
      throw new Error('no faces');
    },
    /no faces/,
  ],
  ['its output is more than a row holds', () => 'x'.repeat(600_000), /at most 1 MiB/],
  [
    'its output is deeper than can be read',
    () => Array.from({ length: 200 }).reduce<Json>((inner) => [inner], 1),
    /inside one another/,
  ],
  ['its output is no JSON', () => Number.POSITIVE_INFINITY, /output/],
])('I6: a run ends as failed where %s', async (_, summarize, message) => {
  const error = await errorWith(summarize);
  expect(error).toMatchObject({ code: 'OutputFailed' });
  expect(JSON.stringify(error)).toMatch(message);
});

test('an output that a row holds is kept', async () => {
  expect(await errorWith(() => 'x'.repeat(400_000))).toBe('Completed');
});
