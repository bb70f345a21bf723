import { policyOf } from '@tally/chain';
import { createShardCommitter } from '@tally/run-store';
import { expect, test } from 'vitest';
import { audit, runToEnd } from '../fixtures/audit.fixture.ts';
import { MemorySystem, squares } from '../fixtures/memory-system.fixture.ts';

const COUNT = 14;
/** Of a chunk of three. */
const ODD = 4;

/** A run of a chain whose fold adds this up, to its end. */
async function runWith(add: typeof squares.fold.add): Promise<MemorySystem> {
  const system = new MemorySystem();
  await system.prepare();
  const policy = policyOf({ ...squares, fold: { ...squares.fold, add } });
  const worker = system.worker.bind(system);
  system.worker = (aheadMs) => {
    const steps = worker(aheadMs);
    const { store, now } = steps;
    return {
      ...steps,
      committer: createShardCommitter({ store, policy, now, random: () => 0, pause: async () => {} }),
    };
  };
  await system.start(COUNT);
  await runToEnd(system);
  return system;
}

test.each<[string, typeof squares.fold.add, RegExp]>([
  [
    'throws at',
    (folded, index, _, result) => {
      if (index === ODD) throw new RangeError('no such number');
      return { sum: folded.sum + result };
    },
    /RangeError: no such number/,
  ],
  [
    'makes a sum of that no row can hold',
    ({ sum }, index, _, result) => ({ sum: index === ODD ? Number.NaN : sum + result }),
    /sum/,
  ],
])('I6: an item whose result the fold %s fails alone, at its first delivery', async (_, add, message) => {
  const system = await runWith(add);
  const { run, succeeded, failed } = await audit(system);
  expect({ status: run.status, succeeded, failed }).toEqual({ status: 'Completed', succeeded: COUNT - 1, failed: 1 });
  expect([...system.tries.values()]).toEqual(Array.from({ length: COUNT }, () => 1));
  const { store } = system.worker();
  const key = { runId: 'run', gen: run.gen, stage: squares.work.name, shard: 0 };
  const outcome = (await store.readChunk(key, 1))?.value.outcomes[ODD - 3];
  if (outcome?.status !== 'failed') throw new Error('it has not failed');
  expect(outcome.error.code).toBe('FoldFailed');
  expect(outcome.error.message).toMatch(message);
  expect((await store.readLedger(key))?.value.failures).toEqual([
    { code: 'FoldFailed', count: 1, example: { index: ODD, message: outcome.error.message } },
  ]);
});
