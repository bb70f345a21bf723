import type { Json } from '@tally/contracts';
import { expect, test } from 'vitest';
import { runOut } from '../fixtures/broken-rows.fixture.ts';
import { MemorySystem, squares } from '../fixtures/memory-system.fixture.ts';

type Output = typeof squares.output;

/** The error of a run of two shards whose chain makes such an output. */
async function errorWith(output: Output) {
  const chain = { ...squares, output };
  const system = new MemorySystem([chain]);
  await system.prepare();
  await system.startChain(chain, { numbers: Array.from({ length: 14 }, (_, index) => index) });
  await runOut(system, ['run']);
  const run = (await system.worker().store.readRun('run'))?.value;
  return run?.status === 'Failed' ? run.error : run?.status;
}

test.each<[string, Output, RegExp]>([
  [
    'its chain throws',
    () => {
      throw new Error('no faces');
    },
    /no faces/,
  ],
  ['its output is too large for a row', () => 'x'.repeat(70_000), /at most 65536/],
  [
    'its output is nested too deeply',
    () => Array.from({ length: 200 }).reduce<Json>((inner) => [inner], 1),
    /nested more than/,
  ],
  ['its output is not JSON', () => Number.POSITIVE_INFINITY, /output/],
])('I6: a run ends as failed if %s', async (_, output, message) => {
  const error = await errorWith(output);
  expect(error).toMatchObject({ code: 'OutputFailed' });
  expect(JSON.stringify(error)).toMatch(message);
});

test('an output that fits into a row is stored', async () => {
  expect(await errorWith(() => 'x'.repeat(60_000))).toBe('Completed');
});
