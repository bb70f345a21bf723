import { UnknownOutcomeError } from '@tally/run-store';
import { beforeEach, describe, expect, test } from 'vitest';
import type { StepContext } from '../context/context.ts';
import { controlRun } from '../control/control-run.ts';
import { audit, pass30Seconds, runToEnd, sumOfSquares } from '../fixtures/audit.fixture.ts';
import { Crash, FIRST_ROUND, MemorySystem, squareShards } from '../fixtures/memory-system.fixture.ts';
import { purgeRun } from '../purge/purge-run.ts';

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

describe('I8: a start with a used id that is interrupted', () => {
  const faults: [string, 'beforeWrite' | 'afterWrite', () => Error][] = [
    ['before a write takes effect', 'beforeWrite', () => new Crash()],
    ['after a write has taken effect', 'afterWrite', () => new Crash()],
    ['by a lost answer', 'afterWrite', () => new UnknownOutcomeError('the answer was lost')],
  ];

  test.each(faults)(
    '%s: all rows of the old run exist, or those of the new one, and the id is never blocked',
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
        if (left.generation === old.generation) {
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

describe('a purge that has found the run ended', () => {
  /**
   * A process with a purge that comes before its write of the run row. The purge stops where it would mark
   * the run.
   */
  function withPurge(): { readonly steps: StepContext; readonly purge: () => Promise<unknown> } {
    const steps = system.worker();
    const purging = system.worker();
    const reached = Promise.withResolvers<void>();
    const allowed = Promise.withResolvers<void>();
    const markPurged = purging.store.markPurged.bind(purging.store);
    purging.store.markPurged = async (...run) => {
      reached.resolve();
      await allowed.promise;
      await markPurged(...run);
    };
    const writeRun = steps.store.writeRun.bind(steps.store);
    let purge: Promise<unknown> | null = null;
    steps.store.writeRun = async (before, write) => {
      if (purge === null) {
        purge = purgeRun(purging, 'run');
        await reached.promise;
      }
      return await writeRun(before, write);
    };
    return {
      steps,
      purge: async () => {
        allowed.resolve();
        return await purge;
      },
    };
  }

  test('leaves a run that starts under its id meanwhile, and its live row', async () => {
    await endedRun();
    const { steps, purge } = withPurge();
    await system.start(COUNT, {}, steps);
    expect(await purge()).toEqual({ notEnded: 'Running' });
    expect(await system.worker().store.readLive('run')).not.toBeNull();
    await runToEnd(system);
    expect((await audit(system)).sum).toBe(sumOfSquares(COUNT));
  });

  test('leaves the run if it is rewound meanwhile, and its live row', async () => {
    system.attempt = () => ({ kind: 'failed', error: { code: 'Down', message: 'down' }, durationMs: 1 });
    await endedRun();
    system.attempt = (index) => ({ kind: 'succeeded', result: index * index, durationMs: 1 });
    const { steps, purge } = withPurge();
    await controlRun(steps, 'run', { verb: 'rewind', reason: null });
    expect(await purge()).toEqual({ notEnded: 'Running' });
    expect(await system.worker().store.readLive('run')).not.toBeNull();
    await runToEnd(system);
    expect((await audit(system)).sum).toBe(sumOfSquares(COUNT));
  });
});

describe('a rewind whose run is purged just after the live row was touched', () => {
  beforeEach(async () => {
    system.attempt = () => ({ kind: 'failed', error: { code: 'Down', message: 'down' }, durationMs: 1 });
    await endedRun();
  });

  /** @param between what happens before the rewind goes on */
  async function meetPurge(between: () => Promise<unknown> = async () => {}) {
    const steps = system.worker();
    const touchLive = steps.store.touchLive.bind(steps.store);
    steps.store.touchLive = async (...row) => {
      const live = await touchLive(...row);
      // The purge has looked for a live row just before.
      const known = await steps.store.readRun('run');
      if (known !== null) await steps.store.markPurged(known, system.clock);
      await between();
      return live;
    };
    return await controlRun(steps, 'run', { verb: 'rewind', reason: null });
  }

  async function expectNothing(): Promise<void> {
    system.clock += 600_000;
    await pass30Seconds(system);
    const { store } = system.worker();
    expect([await store.readRun('run'), await store.readLive('run')]).toEqual([null, null]);
  }

  test('leaves no live row, which would bring the run back as failed', async () => {
    expect(await meetPurge()).toBeNull();
    expect(await system.worker().store.readLive('run')).toBeNull();
    await expectNothing();
  });

  test('does not let the watchdog bring the run back if the rewind dies', async () => {
    const dies = meetPurge(async () => {
      throw new Crash();
    });
    await expect(dies).rejects.toThrow(Crash);
    expect(await system.worker().store.readLive('run')).toMatchObject({ forStart: false });
    await expectNothing();
  });

  test('leaves the live row of a start that has not written its run yet', async () => {
    const touched = Promise.withResolvers<void>();
    const allowed = Promise.withResolvers<void>();
    const steps = system.worker();
    const writeRun = steps.store.writeRun.bind(steps.store);
    steps.store.writeRun = async (...write) => {
      touched.resolve();
      await allowed.promise;
      await writeRun(...write);
      throw new Crash();
    };
    const starts: Promise<unknown>[] = [];
    const rewound = await meetPurge(async () => {
      if (starts.length > 0) return;
      system.clock += 1_000;
      starts.push(system.start(COUNT, {}, steps));
      await touched.promise;
    });
    expect(rewound).toBeNull();
    allowed.resolve();
    await expect(Promise.all(starts)).rejects.toThrow(Crash);
    expect((await read()).status).toBe('Pending');
    await runToEnd(system);
    expect(await read()).toMatchObject({ status: 'Failed', error: { code: 'IntakeInterrupted' } });
  });
});

test('a run whose rewind was refused is purged for good', async () => {
  await endedRun();
  expect(await controlRun(system.worker(), 'run', { verb: 'rewind', reason: null })).toMatchObject({
    refused: 'nothing-to-rewind',
  });
  expect(await purgeRun(system.worker(), 'run')).toBe('purged');
  system.clock += 600_000;
  await pass30Seconds(system);
  expect(await system.worker().store.readRun('run')).toBeNull();
});

test.each(['new', 'ended'] as const)('I8: of 200 concurrent starts of one %s id exactly one succeeds', async (kind) => {
  if (kind === 'ended') await endedRun();
  const results = await Promise.all(Array.from({ length: 200 }, () => system.start(3)));
  const started = results.filter((result) => result.kind === 'started');
  expect(started).toHaveLength(1);
  expect(new Set(results.map(({ run }) => run.generation)).size).toBe(1);
  await runToEnd(system);
  expect((await audit(system)).sum).toBe(sumOfSquares(3));
  await pass30Seconds(system);
  const notes = [];
  for await (const note of system.worker().store.listPurges()) notes.push(note);
  expect(notes).toEqual([]);
});

describe('a restart that has noted the existing run and stops there', () => {
  const notes = async () => {
    const found = [];
    for await (const note of system.worker().store.listPurges()) found.push(note.generation);
    return found;
  };

  /** A start whose write of the run row waits. It fails if it may not go on. */
  function stalled() {
    const reached = Promise.withResolvers<void>();
    const allowed = Promise.withResolvers<'go on' | 'die'>();
    const steps = system.worker();
    const writeRun = steps.store.writeRun.bind(steps.store);
    steps.store.writeRun = async (...write) => {
      reached.resolve();
      if ((await allowed.promise) === 'die') throw new Crash();
      return await writeRun(...write);
    };
    const started = system.start(COUNT, {}, steps);
    started.catch(() => undefined);
    return { started, reached: reached.promise, allow: allowed.resolve };
  }

  test('leaves no permanent note if it dies: the run stays, and can be restarted', async () => {
    await endedRun();
    const { generation } = await read();
    const { started, reached, allow } = stalled();
    await reached;
    expect(await notes()).toEqual([generation]);
    allow('die');
    await expect(started).rejects.toThrow(Crash);
    await runToEnd(system);
    await pass30Seconds(system);
    expect(await notes()).toEqual([]);
    expect(await read()).toMatchObject({ generation, status: 'Completed' });
    await audit(system);
    await system.start(COUNT);
    await runToEnd(system);
    await pass30Seconds(system);
    expect(await notes()).toEqual([]);
    await audit(system);
  });

  test('finds its note again if a watchdog has deleted it meanwhile: the old rows are deleted in any case', async () => {
    await endedRun();
    const { generation, opened } = await read();
    const { started, reached, allow } = stalled();
    await reached;
    // The live row that it touched is old by then, and is deleted first.
    system.clock += 120_000;
    await pass30Seconds(system);
    await pass30Seconds(system);
    expect(await notes()).toEqual([]);
    allow('go on');
    await started;
    expect((await read()).generation).not.toBe(generation);
    await runToEnd(system);
    await pass30Seconds(system);
    expect(await notes()).toEqual([]);
    for (let shard = 0; shard < (opened[0]?.shards ?? 0); shard += 1)
      expect(
        await squareShards(system.worker()).readLedger({ runId: 'run', generation, ...FIRST_ROUND, shard }),
      ).toBeNull();
    await audit(system);
  });
});
