import { generationOf } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { controlRun } from '../control/control-run.ts';
import { runToEnd } from '../fixtures/audit.fixture.ts';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { listRuns } from '../read/list-runs.ts';
import { type PurgeReport, purgeRuns } from './purge-runs.ts';

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

async function ended(runId: string, of = system): Promise<void> {
  of.clock += 1_000;
  await of.start(1, { runId });
  await runToEnd(of, runId);
}

/** The rows of one ended run. */
async function insertEnded(runId: string, of: MemorySystem): Promise<void> {
  const { store } = of.worker();
  const at = of.clock;
  const run: Run = {
    ...{ runId, generation: generationOf(at), name: 'squares', chainVersion: 7, epoch: 1 },
    ...{ nodes: {}, opened: [], outbox: [], options: { tolerance: {} } },
    ...{ createdAt: at, updatedAt: at, endedAt: at, input: null },
    ...{ status: 'Terminated', reason: null, finalized: { succeeded: 0, failed: 0, aborted: 0 } },
  };
  await store.writeRun(null, { run, input: null, history: [] });
  await store.indexByDay(run);
}

async function living(runId: string): Promise<void> {
  await system.start(1, { runId });
  await controlRun(system.worker(), runId, { verb: 'suspend', reason: null });
}

async function left(of = system): Promise<string[]> {
  return (await listRuns(of.worker(), { top: 100, token: null })).runs.map(({ runId }) => runId);
}

/** From now on a look at a run takes this many milliseconds. */
function slow(steps: ReturnType<MemorySystem['worker']>, ms: number, of = system) {
  const lookAtRun: typeof steps.store.lookAtRun = async (runId) => {
    of.clock += ms;
    return await steps.store.lookAtRun(runId);
  };
  return { ...steps, store: { ...steps.store, lookAtRun } };
}

test('ended runs of a period and a status are deleted, live ones are not', async () => {
  const start = system.clock;
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await ended(id);
  await living('living');
  const range = { createdFrom: start + 1_001, createdTo: system.clock };
  const none = { deleted: 0, token: null };
  expect(await purgeRuns(system.worker(), { ...range, statuses: ['Running', 'Suspended'] })).toEqual(none);
  expect(await purgeRuns(system.worker(), { ...range, statuses: ['Failed'] })).toEqual(none);
  expect(await purgeRuns(system.worker(), range)).toEqual({ deleted: 5, token: null });
  expect(await left()).toEqual(['living', 'a']);
});

test('the oldest are deleted first; a call stops when its time is over, and the next call continues there', async () => {
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await ended(id);
  const range = { createdFrom: 0, createdTo: system.clock };
  const steps = slow(system.worker(), 10_000);
  const first = await purgeRuns(steps, range);
  expect(first).toMatchObject({ deleted: 4 });
  expect(await left()).toEqual(['f', 'e']);
  await ended('later');
  expect(await purgeRuns(steps, { ...range, createdTo: system.clock, token: first.token })).toEqual({
    deleted: 2,
    token: null,
  });
  // Runs that came after the first call were not asked for.
  expect(await left()).toEqual(['later']);
});

test('calls end even if more runs than fit into one precede the first match', async () => {
  for (let run = 0; run < 12; run += 1) await living(`living ${run}`);
  await ended('ended');
  const steps = slow(system.worker(), 10_000);
  let deleted = 0;
  let token: string | null = null;
  let calls = 0;
  do {
    const report: PurgeReport = await purgeRuns(steps, { createdFrom: 0, createdTo: system.clock, token });
    deleted += report.deleted;
    token = report.token;
    calls += 1;
  } while (token !== null && calls < 20);
  expect({ deleted, token }).toEqual({ deleted: 1, token: null });
  expect(calls).toBe(4);
});

test('wherever calls stop, each run is looked at once, however many runs share a millisecond or a day', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(0, 1, 5_000, 50_000_000, 90_000_000), { minLength: 1, maxLength: 12 }),
      fc.constantFrom(0, 4_000, 10_000),
      async (gaps, ms) => {
        const many = new MemorySystem();
        await many.prepare();
        for (const [run, gap] of gaps.entries()) {
          many.clock += gap;
          await insertEnded(`run ${run}`, many);
        }
        const steps = slow(many.worker(), ms, many);
        const range = { createdFrom: 0, createdTo: many.clock };
        let deleted = 0;
        for (let token: string | null = null, calls = 0; calls === 0 || token !== null; calls += 1) {
          const report: PurgeReport = await purgeRuns(steps, { ...range, token });
          deleted += report.deleted;
          token = report.token;
        }
        expect(deleted).toBe(gaps.length);
        expect(await left(many)).toEqual([]);
      },
    ),
    { numRuns: 30 },
  );
});

test('a token of another list is refused', async () => {
  const reading = purgeRuns(system.worker(), { createdFrom: 0, createdTo: 1, token: 'x' });
  await expect(reading).rejects.toMatchObject({ name: 'InvalidTokenError' });
});
