import { expect, test } from 'vitest';
import { ChaosSystem } from './chaos-system.ts';
import { ComingUp } from './coming-up.ts';
import { PASS_MS } from './run-timers.ts';
import { readTable } from './storage-view.ts';
import { hasEnded, photos, WatchedRun } from './watched-run.fixture.ts';

const DAY_MS = 24 * 3_600_000;
const KILLER = 'https://photos.example/killer.jpg';

interface Deaths {
  readonly env?: Readonly<Record<string, string>>;
  readonly kill: (system: ChaosSystem) => Promise<void>;
}

/**
 * Runs the killer among this many other images to the end.
 * @returns how often it killed
 */
async function runWithKiller({ env, kill }: Deaths, others: number): Promise<number> {
  // The worker's other images are still in progress when it goes down.
  const system = await ChaosSystem.start({ delayMs: (url) => (url === KILLER ? 0 : 200), ...(env && { env }) });
  try {
    const comingUp = new ComingUp(() => system.clock.now());
    let asked = 0;
    let kills = 0;
    let killing: Promise<void> | null = null;
    const killAll = async () => {
      // The next worker may have taken the image before it is known to exist.
      for (let met = 0; met < asked; kills += 1) {
        met = asked;
        await kill(system);
      }
      asked = 0;
      killing = null;
    };
    system.disturb({
      storage: async (request, forward) => {
        comingUp.note(request);
        return await forward();
      },
      face: (url) => {
        if (url !== KILLER) return undefined;
        asked += 1;
        killing ??= killAll();
        return 'hang';
      },
    });
    const half = Math.floor(others / 2);
    const urls = [...photos(others).slice(0, half), KILLER, ...photos(others).slice(half)];
    const run = await WatchedRun.start(system, 'killer', urls);
    await run.until(hasEnded, DAY_MS, async () => {
      await killing;
      return comingUp.nextMs(PASS_MS);
    });
    expect(await run.failures()).toEqual([{ index: half, code: 'Poisoned' }]);
    expect(await run.status()).toMatchObject({
      runtimeStatus: 'Completed',
      counts: { total: others + 1, succeeded: others, failed: 1 },
    });
    expect(await system.quiet()).toBe(true);
    expect(await run.audit()).toEqual([]);
    const letters = await readTable(system.storage, 'deadletters');
    const ofRun = letters.filter(({ cells }) => cells['runId'] === 'killer');
    expect(ofRun.map(({ cells }) => cells['items'])).toEqual([`[${half}]`]);
    return kills;
  } finally {
    await system.stop();
  }
}

// In parallel: both spend most of their time waiting for processes to start.
test.concurrent('I6: an image that kills its host every time ends as Poisoned, with a dead letter, and the rest of the run completes', async () => {
  const kills = await runWithKiller({ kill: (system) => system.kill('detect', 0) }, 100);
  expect(kills).toBeGreaterThanOrEqual(3);
}, 600_000);

test.concurrent('I6: an image that kills only the worker, under a host that returns all its messages together, fails none of 40 others, each in its own message', async () => {
  const env = { TALLY_HOST_WORKER: 'apart' };
  const kills = await runWithKiller({ env, kill: (system) => system.killWorker('detect') }, 40);
  // The first message fails as often as the host delivers it. After that the image is sent by itself.
  expect(kills).toBeGreaterThanOrEqual(10);
}, 600_000);
