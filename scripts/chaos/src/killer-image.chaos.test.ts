import { expect, test } from 'vitest';
import { z } from 'zod';
import { ChaosSystem } from './chaos-system.ts';
import { readTable } from './storage-view.ts';
import { hasEnded, photos, WatchedRun } from './watched-run.fixture.ts';

const DAY_MS = 24 * 3_600_000;

test('I6: an image that kills its worker every time ends as Poisoned, with a dead letter, and the rest of the run completes', async () => {
  // Slow enough that what the worker has taken up besides goes down with it.
  const system = await ChaosSystem.start({ delayMs: 100 });
  try {
    let kills = 0;
    let isDying = false;
    const killer = 'https://photos.example/killer.jpg';
    const killWorker = async () => {
      isDying = true;
      await system.kill('detect', 0);
      kills += 1;
      isDying = false;
    };
    system.disturb({
      storage: async (_, forward) => await forward(),
      face: (url) => {
        if (url !== killer) return undefined;
        // It may be asked for again while its worker is dying.
        if (!isDying) void killWorker();
        return 'hang';
      },
    });
    const run = await WatchedRun.start(system, 'killer', [...photos(100), killer]);
    await run.until(hasEnded, DAY_MS, async () => ((await hasDelayed(system)) ? 5_000 : 30_000));
    expect(await run.status()).toMatchObject({
      runtimeStatus: 'Completed',
      counts: { total: 101, succeeded: 100, failed: 1 },
    });
    expect(kills).toBeGreaterThanOrEqual(3);
    await system.quiet(30_000);
    expect(await run.audit()).toEqual([]);
    const letters = await readTable(system.storage, 'deadletters');
    expect(letters.map(({ cells }) => ({ items: cells['items'], runId: cells['runId'] }))).toContainEqual({
      items: '[100]',
      runId: 'killer',
    });
  } finally {
    await system.stop();
  }
}, 600_000);

const openSchema = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.array(z.object({ notBefore: z.iso.datetime().optional() })));

/** Whether messages are out that come at times of their own: jumping over these times would bring them together again. */
async function hasDelayed(system: ChaosSystem): Promise<boolean> {
  const ledgers = (await readTable(system.storage, 'chunks')).filter(({ rowKey }) => rowKey === 'shard');
  const open = ledgers.flatMap(({ cells }) => openSchema.parse(cells['open']));
  return open.some(({ notBefore }) => notBefore !== undefined && Date.parse(notBefore) > system.clock.now());
}
