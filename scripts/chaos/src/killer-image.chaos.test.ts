import { expect, test } from 'vitest';
import { z } from 'zod';
import { ChaosSystem } from './chaos-system.ts';
import { readTable } from './storage-view.ts';
import { hasEnded, photos, WatchedRun } from './watched-run.fixture.ts';

const DAY_MS = 24 * 3_600_000;

test('I6: an image that kills its worker every time ends as Poisoned, with a dead letter, and the rest of the run completes', async () => {
  const killer = 'https://photos.example/killer.jpg';
  // What the worker has taken up besides is still under way when it goes down.
  const system = await ChaosSystem.start({ delayMs: (url) => (url === killer ? 0 : 200) });
  try {
    let asked = 0;
    let kills = 0;
    let isKilling = false;
    const killWorkers = async () => {
      if (isKilling) return;
      isKilling = true;
      // The next worker may have taken it up before it is known to be there.
      for (let met = 0; met < asked; kills += 1) {
        met = asked;
        await system.kill('detect', 0);
      }
      asked = 0;
      isKilling = false;
    };
    system.disturb({
      storage: async (_, forward) => await forward(),
      face: (url) => {
        if (url !== killer) return undefined;
        asked += 1;
        void killWorkers();
        return 'hang';
      },
    });
    const run = await WatchedRun.start(system, 'killer', [...photos(51), killer, ...photos(100).slice(51)]);
    await run.until(hasEnded, DAY_MS, async () => ((await hasDelayed(system)) ? 5_000 : 30_000));
    expect(await run.status()).toMatchObject({
      runtimeStatus: 'Completed',
      counts: { total: 101, succeeded: 100, failed: 1 },
    });
    expect(kills).toBeGreaterThanOrEqual(3);
    expect(await system.quiet()).toBe(true);
    expect(await run.audit()).toEqual([]);
    const letters = await readTable(system.storage, 'deadletters');
    expect(letters.map(({ cells }) => ({ items: cells['items'], runId: cells['runId'] }))).toContainEqual({
      items: '[51]',
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
