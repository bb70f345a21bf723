import { beforeEach, expect, test } from 'vitest';
import { controlRun } from '../control/control-run.ts';
import { audit, runToEnd, sumOfSquares } from '../fixtures/audit.fixture.ts';
import { Crash, MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { purgeRun } from '../purge/purge-run.ts';
import { IncompleteRunError, restartRun } from './restart-run.ts';

const COUNT = 14;

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

const restart = async (newId: string | null, runId = 'run') => {
  system.clock += 1_000;
  return await restartRun(system.worker(), runId, { newId });
};

test('with a new id a run is started again with the same items, input, window and options, whatever its state', async () => {
  const deadline = system.clock + 60_000;
  const options = { tolerance: { count: 3 }, deadline, window: 5 };
  await system.start(COUNT, { options, shownInput: { some: 'thing' } });
  const restarted = await restart('copy');
  expect(restarted).toMatchObject({
    kind: 'started',
    run: {
      runId: 'copy',
      nodes: { square: { map: { total: COUNT, window: 5 } } },
      input: { some: 'thing' },
      options: { ...options, deadline: deadline + 1_000 },
    },
  });
  await runToEnd(system, 'copy');
  await runToEnd(system);
  expect((await audit(system, 'copy')).sum).toBe(sumOfSquares(COUNT));
  expect((await audit(system)).sum).toBe(sumOfSquares(COUNT));
});

test.each([null, 'run'])(
  'with the same id (%j) only an ended run is started again, as another generation',
  async (same) => {
    await system.start(COUNT);
    expect(await restart(same)).toMatchObject({ kind: 'exists', run: { status: 'Running' } });
    await controlRun(system.worker(), 'run', { verb: 'terminate', reason: null });
    await runToEnd(system);
    const { run } = await audit(system);
    expect(await restart(same)).toMatchObject({ kind: 'started' });
    await runToEnd(system);
    const again = await audit(system);
    expect(again).toMatchObject({ run: { status: 'Completed' }, sum: sumOfSquares(COUNT) });
    expect(again.run.generation).not.toBe(run.generation);
    const history = await system.worker().store.readHistory('run');
    expect(history.map(({ type }) => type)).not.toContain('Terminated');
  },
);

test('another live run with the new id is not disturbed', async () => {
  await system.start(COUNT);
  await system.start(3, { runId: 'other' });
  expect(await restart('other')).toMatchObject({
    kind: 'exists',
    run: { runId: 'other', nodes: { square: { map: { total: 3 } } } },
  });
});

test('an unknown or purged run cannot be restarted', async () => {
  expect(await restart('copy', 'unknown')).toEqual({ kind: 'not-found' });
  await system.start(COUNT);
  await runToEnd(system);
  await purgeRun(system.worker(), 'run');
  expect(await restart(null)).toEqual({ kind: 'not-found' });
});

test('a restart of a run whose start was interrupted is refused, since items are missing', async () => {
  system.tables.beforeWrite = (_number, table) => {
    if (table === 'chunks') throw new Crash();
  };
  await expect(system.start(COUNT)).rejects.toThrow(Crash);
  system.tables.beforeWrite = () => {};
  const first = system.tables.requests.length;
  await expect(restart('copy')).rejects.toMatchObject({ name: 'IncompleteRunError', isStarting: true });
  // A caller that waits for the start asks again and again, and reads none of its items for that.
  expect(system.tables.requests.slice(first)).toEqual(['list runs run']);
  await runToEnd(system);
  await expect(restart(null)).rejects.toThrow(IncompleteRunError);
});
