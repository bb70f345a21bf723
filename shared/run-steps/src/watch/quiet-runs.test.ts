import { defineChain } from '@tally/chain';
import { beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { controlRun } from '../control/control-run.ts';
import { raiseEvent } from '../control/raise-event.ts';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { watchRuns } from './watch-runs.ts';

const { definition: asking } = defineChain({ name: 'asking', version: 1, app: 'asking', input: z.null() })
  .wait('answer', { event: 'Answer', payload: z.boolean() })
  .task('note', { after: ['answer'], result: z.null() })
  .output(() => null);

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem([asking]);
  await system.prepare();
  await system.startChain(asking, null);
  await system.deliverAll();
});

/** Half minutes with a pass each. @returns in how many of them the run's row was read */
async function pass(passes: number): Promise<number> {
  let looks = 0;
  for (let count = 0; count < passes; count += 1) {
    system.clock += 30_000;
    const before = system.tables.requests.length;
    await watchRuns(system.worker());
    if (system.tables.requests.slice(before).includes('get runs run/run')) looks += 1;
  }
  return looks;
}
const statusOf = async () => (await system.worker().store.readRun('run'))?.value.status;

test('R10: a run that only waits is looked at once in ten minutes', async () => {
  expect(await pass(1)).toBe(0); // too young
  expect(await pass(60)).toBe(3);
});

test('R10: a quiet run is repaired like any other once its event is stored, even if the message is lost', async () => {
  await pass(10);
  expect(await raiseEvent(system.worker(), 'run', 'Answer', true)).toBe('accepted');
  system.queues.receive('asking-note', { visibilityMs: 10 ** 9 });
  await pass(8);
  await system.deliverAll();
  expect(await statusOf()).toBe('Completed');
});

test('R10: a refused request wakes no run', async () => {
  await pass(10);
  const liveOf = async () => await system.worker().store.readLive('run');
  const before = await liveOf();
  expect(before?.quietUntil).toBeGreaterThan(system.clock);
  const resumed = await controlRun(system.worker(), 'run', { verb: 'resume', reason: null });
  expect(resumed?.refused).toBeDefined();
  expect(await liveOf()).toEqual(before);
});

test('R10: a resume wakes a run that was suspended while its task was out', async () => {
  await raiseEvent(system.worker(), 'run', 'Answer', true);
  await controlRun(system.worker(), 'run', { verb: 'suspend', reason: null });
  await system.deliverAll();
  expect(await pass(30)).toBe(2);
  await controlRun(system.worker(), 'run', { verb: 'resume', reason: null });
  system.queues.receive('asking-note', { visibilityMs: 10 ** 9 });
  await pass(8);
  await system.deliverAll();
  expect(await statusOf()).toBe('Completed');
});
