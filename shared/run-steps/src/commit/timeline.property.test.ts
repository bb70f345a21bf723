import { isTerminal } from '@tally/contracts';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { type Control, controlRun } from '../control/control-run.ts';
import { raiseEvent } from '../control/raise-event.ts';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { watchRuns } from '../watch/watch-runs.ts';

vi.setConfig({ testTimeout: 600_000 }); // guards against hanging; the number of runs ends it

const MINUTES = [-10, -3, -1, 0, 0, 2, 7].map((minutes) => minutes * 60_000);
type Deed = 'deliver' | 'watch' | 'event' | 'start' | Control;
const pauses: readonly Deed[] = [
  { verb: 'suspend', reason: null },
  { verb: 'resume', reason: null },
];
const deeds: readonly Deed[] = [
  ...(['deliver', 'deliver', 'deliver', 'watch', 'event', 'start'] satisfies Deed[]),
  ...pauses,
  ...pauses,
  { verb: 'set-window', window: 6 },
  { verb: 'rewind', reason: null },
  { verb: 'terminate', reason: null },
];

/** What a process does to the run after some time, by its own clock. */
const act = fc.record({
  aheadMs: fc.constantFrom(...MINUTES),
  afterMs: fc.constantFrom(0, 0, 0, 1, 40, 31_000, 130_000),
  deed: fc.constantFrom(...deeds),
});
type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never;

async function perform(system: MemorySystem, { aheadMs, afterMs, deed }: Act): Promise<void> {
  system.clock += afterMs;
  const steps = system.worker(aheadMs);
  if (deed === 'deliver') await system.deliverOne(steps);
  else if (deed === 'watch') await watchRuns(steps);
  else if (deed === 'event') await raiseEvent(steps, 'run', `event ${system.clock}`, null);
  else if (deed === 'start') await system.start(14, {}, steps);
  else await controlRun(steps, 'run', deed);
}

test("the timeline follows the order of the writes, and the run's time grows with each, however far clocks are apart", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 60, size: 'max' }), async (acts) => {
      const system = new MemorySystem();
      await system.prepare();
      system.attempt = (index) =>
        index % 5 === 0
          ? { kind: 'failed', error: { code: 'Odd', message: 'no' }, durationMs: 1 }
          : { kind: 'succeeded', result: index * index, durationMs: 1 };
      const written: { generation: unknown; types: unknown[]; at: unknown }[] = [];
      system.tables.afterWrite = (_number, table, writes) => {
        if (table !== 'runs') return;
        const rows = writes.flatMap((write) => (write.kind === 'delete' ? [] : [write.row]));
        const row = rows.find(({ rowKey }) => rowKey === 'run');
        if (row === undefined) return;
        const lines = rows.filter(({ rowKey }) => rowKey.startsWith('history:'));
        const { gen: generation, lastUpdatedTime: at } = row.cells;
        written.push({ generation, at, types: lines.map(({ cells }) => cells['type']) });
      };
      await system.start(14, {}, system.worker(acts[0]?.aheadMs));
      for (const next of acts) await perform(system, next);

      const { store } = system.worker();
      const run = (await store.readRun('run'))?.value;
      const ours = written.filter(({ generation }) => generation === run?.generation);
      const history = (await store.readHistory('run')).map(({ type }) => type).filter((type) => type !== 'EventRaised');
      expect(history).toEqual(ours.flatMap(({ types }) => types));
      const times = ours.map(({ at }) => String(at));
      expect(times).toEqual([...new Set(times)].sort());
      if (run !== undefined && isTerminal(run.status) && 'endedAt' in run) {
        expect(run.endedAt).toBeGreaterThan(run.createdAt);
        expect(run.updatedAt).toBeGreaterThanOrEqual(run.endedAt);
      }
    }),
    { numRuns: 150, seed: 20_261_125 },
  );
});
