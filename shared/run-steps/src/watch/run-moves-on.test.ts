import { beforeEach, expect, test } from 'vitest';
import type { StepContext } from '../context/context.ts';
import { controlRun } from '../control/control-run.ts';
import { audit, runToEnd } from '../fixtures/audit.fixture.ts';
import { MemorySystem, SQUARE, squares } from '../fixtures/memory-system.fixture.ts';
import { purgeRun } from '../purge/purge-run.ts';
import { watchRuns } from './watch-runs.ts';

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

/** A slow watchdog: something happens after it has read the run row, and before it reads a ledger. */
function slow(meanwhile: () => Promise<unknown>): StepContext {
  const steps = system.worker();
  const map = steps.maps.of({ name: squares.name, chainVersion: squares.version }, SQUARE);
  if (map === undefined) throw new Error('the chain of squares is not deployed');
  const commit = map.committer.commit.bind(map.committer);
  let happening: Promise<unknown> | null = null;
  Object.assign(map.committer, {
    commit: async (...job: Parameters<typeof commit>) => {
      happening ??= meanwhile();
      await happening;
      return await commit(...job);
    },
  });
  return steps;
}

const terminate = async () => await controlRun(system.worker(), 'run', { verb: 'terminate', reason: null });

test.each<[string, () => Promise<unknown>]>([
  ['has ended', () => system.deliverAll()],
  ['was terminated and is closed', async () => [await terminate(), await runToEnd(system)]],
  ['was purged', async () => [await terminate(), await runToEnd(system), await purgeRun(system.worker(), 'run')]],
  [
    'was suspended and resumed',
    async () => {
      await controlRun(system.worker(), 'run', { verb: 'suspend', reason: null });
      await controlRun(system.worker(), 'run', { verb: 'resume', reason: null });
      await system.deliverAll();
    },
  ],
])('I9: a pass takes no row for broken if the run %s since it was read', async (_, meanwhile) => {
  await system.start(3);
  system.clock += 70_000;
  const report = await watchRuns(slow(meanwhile));
  expect(report).toMatchObject({ live: 1, stuck: 0, failed: [] });
  if ((await system.worker().store.readRun('run')) === null) return;
  await runToEnd(system);
  await audit(system);
});
