import { UnknownOutcomeError } from '@tally/run-store';
import { beforeEach, describe, expect, test } from 'vitest';
import { audit, pass30Seconds, runToEnd, sumOfSquares } from './audit.fixture.ts';
import { controlRun } from './control-run.ts';
import { housekeepRun } from './housekeep-run.ts';
import { Crash, MemorySystem } from './memory-system.fixture.ts';

/** Of two shards. */
const COUNT = 14;

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

async function read() {
  const row = await system.worker().store.readRun('run');
  if (row === null) throw new Error('the run is gone');
  return row.value;
}

async function endedRun() {
  system.clock += 1_000;
  await system.start(COUNT);
  await runToEnd(system);
  system.clock += 1_000;
  return await read();
}

describe('I8: an id is used again, and the start is cut short', () => {
  const faults: [string, 'beforeWrite' | 'afterWrite', () => Error][] = [
    ['before a write takes effect', 'beforeWrite', () => new Crash()],
    ['after a write has taken effect', 'afterWrite', () => new Crash()],
    ['by a lost answer', 'afterWrite', () => new UnknownOutcomeError('the answer was lost')],
  ];

  test.each(faults)(
    '%s: the old run stands with all its rows, or the new one does, and an id is never stuck',
    async (_, when, fault) => {
      await endedRun();
      const first = system.tables.writes;
      await system.start(COUNT);
      const writes = system.tables.writes - first;
      await runToEnd(system);
      expect(writes).toBeGreaterThan(5);
      for (let n = 1; n <= writes; n += 1) {
        const old = await endedRun();
        const victim = system.tables.writes + n;
        const error = fault();
        system.tables[when] = (number) => {
          if (number === victim) throw error;
        };
        await system.start(COUNT).catch((failure: unknown) => {
          if (failure !== error) throw failure;
        });
        await runToEnd(system);
        const left = await read();
        if (left.gen === old.gen) {
          await pass30Seconds(system);
          expect((await audit(system)).sum).toBe(sumOfSquares(COUNT));
        } else if (left.status === 'Failed') expect(left.error.code).toBe('IntakeInterrupted');
        else expect((await audit(system)).sum).toBe(sumOfSquares(COUNT));
      }
      await endedRun();
      await pass30Seconds(system);
      const notes = [];
      for await (const note of system.worker().store.listPurges()) notes.push(note);
      expect(notes).toEqual([]);
    },
  );
});

describe('a late housekeeping of the ended run keeps the watchdog’s eye on the one that lives again', () => {
  /** Runs `late` before the n-th write from now. */
  function beforeWrite(n: number, late: () => Promise<void>): { readonly done: () => Promise<void> } {
    const victim = system.tables.writes + n;
    let running: Promise<void> = Promise.resolve();
    system.tables.beforeWrite = (number) => {
      if (number === victim) running = late();
    };
    return { done: () => running };
  }

  test('after a start', async () => {
    for (let n = 1; n <= 8; n += 1) {
      const old = await endedRun();
      const late = beforeWrite(n, async () => await housekeepRun(system.worker(), old));
      await system.start(COUNT);
      await late.done();
      expect(await system.worker().store.readLive('run')).not.toBeNull();
      await runToEnd(system);
    }
  });

  test('after a rewind', async () => {
    for (let n = 1; n <= 4; n += 1) {
      system.attempt = () => ({ kind: 'failed', error: { code: 'Down', message: 'down' }, durationMs: 1 });
      const old = await endedRun();
      system.attempt = (index) => ({ kind: 'succeeded', result: index * index, durationMs: 1 });
      const late = beforeWrite(n, async () => await housekeepRun(system.worker(), old));
      await controlRun(system.worker(), 'run', { verb: 'rewind', reason: null });
      await late.done();
      expect(await system.worker().store.readLive('run')).not.toBeNull();
      await runToEnd(system);
      expect((await audit(system)).sum).toBe(sumOfSquares(COUNT));
    }
  });
});
