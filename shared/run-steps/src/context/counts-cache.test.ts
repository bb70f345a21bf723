import { expect, test } from 'vitest';
import { CountsCache, type NodeCounts } from './counts-cache.ts';

const run = { runId: 'run', generation: 'g', updatedAt: 5 };

test('counts are read once a second, and again for another version of the run row or after a failed read', async () => {
  const cache = new CountsCache();
  let reads = 0;
  let isDown = false;
  const look = async (now: number, of: typeof run = run) =>
    await cache.get(of, now, async (): Promise<NodeCounts> => {
      reads += 1;
      if (isDown) throw new Error('down');
      return new Map();
    });
  const readsOf = async (...looks: (() => Promise<unknown>)[]) => {
    const before = reads;
    await Promise.all(looks.map((one) => one()));
    return reads - before;
  };
  // Looks at the same time, and within the second.
  expect(
    await readsOf(
      () => look(0),
      () => look(0),
      () => look(999),
    ),
  ).toBe(1);
  expect(await readsOf(() => look(1_000))).toBe(1);
  expect(await readsOf(() => look(1_001, { ...run, updatedAt: 6 }))).toBe(1);
  expect(await readsOf(() => look(1_001, { ...run, generation: 'h', updatedAt: 6 }))).toBe(1);
  isDown = true;
  await expect(look(3_000)).rejects.toThrow('down');
  isDown = false;
  expect(await readsOf(() => look(3_000))).toBe(1);
});
