import { beforeEach, describe, expect, test } from 'vitest';
import type { StepContext } from '../context/context.ts';
import { controlRun } from '../control/control-run.ts';
import { audit, runToEnd, sumOfSquares } from '../fixtures/audit.fixture.ts';
import { Crash, MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { purgeRun } from '../purge/purge-run.ts';
import { finalizeRun } from './finalize-run.ts';

const COUNT = 14;

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

const down = { kind: 'failed', error: { code: 'Down', message: 'not there' }, durationMs: 1 } as const;

/** A run that has ended with failed items, and whose finalization is finished. */
async function endedRun() {
  system.attempt = () => down;
  await system.start(COUNT);
  await runToEnd(system);
  system.attempt = (index) => ({ kind: 'succeeded', result: index * index, durationMs: 1 });
  return (await audit(system)).run;
}

async function rewind(steps: StepContext) {
  return await controlRun(steps, 'run', { verb: 'rewind', reason: null });
}

/**
 * A process that does something just before its first write of the run row. It dies as soon as a write of the
 * run row has taken effect.
 */
function doomed(between: () => Promise<unknown>): StepContext {
  const steps = system.worker();
  const writeRun = steps.store.writeRun.bind(steps.store);
  let isFirst = true;
  steps.store.writeRun = async (...write) => {
    if (isFirst) {
      isFirst = false;
      await between();
    }
    await writeRun(...write);
    throw new Crash();
  };
  return steps;
}

/** The run lives, no process works on it, and the watchdog brings it to its end. */
async function endsByTheWatchdog(): Promise<void> {
  const { store } = system.worker();
  expect(await store.readLive('run')).not.toBeNull();
  await runToEnd(system);
  const row = await store.readRun('run');
  if (row?.value.status === 'Failed') expect(row.value.error.code).toBe('IntakeInterrupted');
  else expect(await audit(system)).toMatchObject({ run: { status: 'Completed' }, sum: sumOfSquares(COUNT) });
}

/** What takes the live row of an ended run away while a process brings the run back to life. */
const tidyings: [string, (run: Awaited<ReturnType<typeof endedRun>>) => Promise<unknown>][] = [
  ['a finalizer is at work', async (run) => await finalizeRun(system.worker(), run)],
  [
    'two finalizers are at work',
    async (run) => await Promise.all([1, 2].map(async () => await finalizeRun(system.worker(), run))),
  ],
];

describe('I5: a process that stalls for minutes between the live row and the run row, and then dies, leaves a run that the watchdog sees', () => {
  test.each(tidyings)('a rewind, while %s', async (_, tidy) => {
    const run = await endedRun();
    const stalled = doomed(async () => {
      system.clock += 600_000;
      await tidy(run);
    });
    await expect(rewind(stalled)).rejects.toThrow(Crash);
    expect((await system.worker().store.readRun('run'))?.value.status).toBe('Running');
    await endsByTheWatchdog();
  });

  test.each(tidyings)('a start of a used id, while %s', async (_, tidy) => {
    const run = await endedRun();
    const stalled = doomed(async () => {
      system.clock += 600_000;
      await tidy(run);
    });
    await expect(system.start(COUNT, {}, stalled)).rejects.toThrow(Crash);
    expect((await system.worker().store.readRun('run'))?.value.status).toBe('Pending');
    await endsByTheWatchdog();
  });

  test.each(['rewind', 'start'] as const)('a %s, while a purge has read its live row', async (verb) => {
    await endedRun();
    const purging = system.worker();
    const readRun = purging.store.readRun.bind(purging.store);
    const seen = Promise.withResolvers<void>();
    const allowed = Promise.withResolvers<void>();
    let reads = 0;
    purging.store.readRun = async (runId) => {
      const row = await readRun(runId);
      reads += 1;
      if (reads === 1) {
        seen.resolve();
        await allowed.promise;
      }
      return row;
    };
    const purges: Promise<unknown>[] = [];
    const stalled = doomed(async () => {
      purges.push(purgeRun(purging, 'run'));
      await seen.promise;
    });
    const brought = verb === 'rewind' ? rewind(stalled) : system.start(COUNT, {}, stalled);
    await expect(brought).rejects.toThrow(Crash);
    allowed.resolve();
    expect(await Promise.all(purges)).toEqual([{ notEnded: verb === 'rewind' ? 'Running' : 'Pending' }]);
    await endsByTheWatchdog();
  });
});

test('I5: a rewind that is interleaved with finalization again and again keeps its live row', async () => {
  const run = await endedRun();
  const steps = system.worker();
  const writeRun = steps.store.writeRun.bind(steps.store);
  let tries = 0;
  steps.store.writeRun = async (...write) => {
    tries += 1;
    if (tries <= 3) await finalizeRun(system.worker(), run);
    return await writeRun(...write);
  };
  expect(await rewind(steps)).toMatchObject({ run: { status: 'Running' } });
  expect(tries).toBe(4);
  await endsByTheWatchdog();
});

test('an ended run without a live row is not written again', async () => {
  const run = await endedRun();
  const { writes } = system.tables;
  await finalizeRun(system.worker(), run);
  expect(system.tables.writes).toBe(writes + 2); // the line of the listing and its day, which remain
  expect((await system.worker().store.readRun('run'))?.value).toEqual(run);
});

test('a leftover live row is deleted at once; the run row is only touched', async () => {
  const run = await endedRun();
  await system.worker().store.touchLive('run', system.clock, 'rewind');
  await finalizeRun(system.worker(), run);
  expect(await system.worker().store.readLive('run')).toBeNull();
  expect((await system.worker().store.readRun('run'))?.value).toEqual({ ...run, updatedAt: run.updatedAt + 1 });
});
