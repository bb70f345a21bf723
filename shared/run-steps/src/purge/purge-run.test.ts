import { type RowKeys, UnknownOutcomeError } from '@tally/run-store';
import { beforeEach, describe, expect, test } from 'vitest';
import { controlRun } from '../control/control-run.ts';
import { raiseEvent } from '../control/raise-event.ts';
import { audit, pass30Seconds, runToEnd, sumOfSquares } from '../fixtures/audit.fixture.ts';
import { Crash, MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { listRuns } from '../read/list-runs.ts';
import { purgeDue } from './purge-due.ts';
import { purgeRun } from './purge-run.ts';

/** Of two shards. */
const COUNT = 14;
const DAY_MS = 86_400_000;

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

async function ended(runId = 'run'): Promise<string> {
  system.clock += 1_000;
  await system.start(COUNT, { runId });
  await raiseEvent(system.worker(), runId, 'Something', 1);
  await runToEnd(system, runId);
  const row = await system.worker().store.readRun(runId);
  if (row === null) throw new Error('the run is gone');
  return row.value.generation;
}

/** The keys of all existing rows of a run. */
async function rowsOf(runId: string, generation: string): Promise<string[]> {
  const partitions: [table: string, partitionKey: RowKeys][] = [['runs', runId]];
  for (const shard of [0, 1]) partitions.push(['chunks', `${runId}:${generation}:square.1:000${shard}`]);
  for (const name of [
    { from: 'live', to: 'live;' },
    'purge',
    `day:${new Date(Number.parseInt(generation, 36)).toISOString().slice(0, 10).replaceAll('-', '')}`,
  ])
    partitions.push(['index', name]);
  const keys: string[] = [];
  for (const [table, partitionKey] of partitions) {
    for await (const row of system.tables.list(table, { partitionKey })) {
      if (table !== 'index' || row.rowKey.includes(runId)) keys.push(`${row.partitionKey}/${row.rowKey}`);
    }
  }
  return keys;
}

test('a purge deletes every row of an ended run, and no read finds the run any more', async () => {
  const generation = await ended();
  expect((await rowsOf('run', generation)).length).toBeGreaterThan(10);
  expect(await purgeRun(system.worker(), 'run')).toBe('purged');
  expect(await rowsOf('run', generation)).toEqual([]);
  expect(await purgeRun(system.worker(), 'run')).toBe('not-found');
});

test('a run that has not ended is not purged', async () => {
  await system.start(COUNT);
  expect(await purgeRun(system.worker(), 'run')).toEqual({ notEnded: 'Running' });
  await controlRun(system.worker(), 'run', { verb: 'suspend', reason: null });
  expect(await purgeRun(system.worker(), 'run')).toEqual({ notEnded: 'Suspended' });
  await controlRun(system.worker(), 'run', { verb: 'resume', reason: null });
  await runToEnd(system);
  expect((await audit(system)).sum).toBe(sumOfSquares(COUNT));
});

test('a run that was terminated a moment ago is finished and purged, and does not come back', async () => {
  await system.start(COUNT);
  const generation = (await system.worker().store.readRun('run'))?.value.generation ?? '';
  await controlRun(system.worker(), 'run', { verb: 'terminate', reason: null });
  expect(await purgeRun(system.worker(), 'run')).toBe('purged');
  system.clock += 600_000;
  await system.deliverAll();
  await pass30Seconds(system);
  expect(await rowsOf('run', generation)).toEqual([]);
});

describe('an interrupted purge', () => {
  /** How many writes can fail. */
  async function measure(): Promise<number> {
    const generation = await ended();
    const before = system.tables.writes;
    await purgeRun(system.worker(), 'run');
    expect(await rowsOf('run', generation)).toEqual([]);
    return system.tables.writes - before;
  }

  /** Purges with the fault at the n-th write. */
  async function purgeWith(n: number, when: 'beforeWrite' | 'afterWrite', error: Error): Promise<void> {
    const victim = system.tables.writes + n;
    system.tables[when] = (number) => {
      if (number === victim) throw error;
    };
    await purgeRun(system.worker(), 'run').catch((failure: unknown) => {
      if (failure !== error) throw failure;
    });
  }

  const faults: [string, 'beforeWrite' | 'afterWrite', () => Error][] = [
    ['before a write takes effect', 'beforeWrite', () => new Crash()],
    ['after a write has taken effect', 'afterWrite', () => new Crash()],
    ['by a lost answer', 'afterWrite', () => new UnknownOutcomeError('the answer was lost')],
  ];

  test.each(faults)('%s: the run is complete, or it is gone and the watchdog continues', async (_, when, error) => {
    const writes = await measure();
    for (let n = 1; n <= writes; n += 1) {
      const generation = await ended();
      await purgeWith(n, when, error());
      await pass30Seconds(system);
      if ((await system.worker().store.readRun('run')) !== null) {
        expect((await audit(system)).sum).toBe(sumOfSquares(COUNT));
        expect(await purgeRun(system.worker(), 'run')).toBe('purged');
      }
      expect(await rowsOf('run', generation)).toEqual([]);
    }
  });

  test.each(faults)('%s: the id can be used at once, and the new run keeps its rows', async (_, when, error) => {
    const writes = await measure();
    for (let n = 1; n <= writes; n += 1) {
      const generation = await ended();
      await purgeWith(n, when, error());
      const next = await ended();
      await pass30Seconds(system);
      expect((await audit(system)).sum).toBe(sumOfSquares(COUNT));
      const left = await rowsOf('run', generation);
      expect(left.filter((key) => key.includes(generation))).toEqual([]);
      const history = await system.worker().store.readHistory('run');
      expect(history.filter(({ type }) => type === 'Started' || type === 'EventRaised')).toHaveLength(2);
      expect(next).not.toBe(generation);
      await purgeRun(system.worker(), 'run');
      expect(await rowsOf('run', next)).toEqual([]);
    }
  });
});

describe('a purge at the same time as', () => {
  test('another purge purges the run once', async () => {
    const generation = await ended();
    const results = await Promise.all([purgeRun(system.worker(), 'run'), purgeRun(system.worker(), 'run')]);
    expect(results).toContain('purged');
    expect(await rowsOf('run', generation)).toEqual([]);
  });

  test('a rewind: only one of them happens', async () => {
    for (let n = 0; n < 12; n += 1) {
      system.attempt = () => ({ kind: 'failed', error: { code: 'Down', message: 'down' }, durationMs: 1 });
      const generation = await ended();
      system.attempt = (index) => ({ kind: 'succeeded', result: index * index, durationMs: 1 });
      // The purge begins at each write of the rewind in turn.
      const first = system.tables.writes;
      let purge: Promise<unknown> = Promise.resolve();
      system.tables.beforeWrite = (number) => {
        if (number === first + 1 + Math.floor(n / 2)) purge = n % 2 === 0 ? purgeRun(system.worker(), 'run') : purge;
      };
      const rewound = await controlRun(system.worker(), 'run', { verb: 'rewind', reason: null });
      await purge;
      if (rewound === null) {
        system.clock += 600_000;
        await pass30Seconds(system);
        expect(await rowsOf('run', generation)).toEqual([]);
      } else {
        await runToEnd(system);
        expect((await audit(system)).sum).toBe(sumOfSquares(COUNT));
        await purgeRun(system.worker(), 'run');
      }
    }
  });

  test('a start of the same id: the new run keeps its rows', async () => {
    for (let n = 0; n < 8; n += 1) {
      await ended();
      system.clock += 1_000;
      const victim = system.tables.writes + n;
      let purge: Promise<unknown> = Promise.resolve();
      system.tables.beforeWrite = (number) => {
        if (number === victim) purge = purgeRun(system.worker(), 'run');
      };
      await system.start(COUNT);
      await purge;
      await runToEnd(system);
      expect((await audit(system)).sum).toBe(sumOfSquares(COUNT));
      expect(await system.worker().store.readLive('run')).toBeNull();
    }
  });
});

describe('retention', () => {
  const retire = async (retentionMs: number) => {
    const report = await purgeDue(system.worker(), { retentionMs });
    for (const { error } of report.failed) throw error;
    return report.retired;
  };

  test('purges runs that ended before its limit, and keeps later and live runs', async () => {
    const old = await ended('old');
    await system.start(COUNT, { runId: 'living' });
    await controlRun(system.worker(), 'living', { verb: 'suspend', reason: null });
    system.clock += 3 * DAY_MS;
    await ended('young');
    expect(await retire(4 * DAY_MS)).toBe(0);
    expect(await retire(2 * DAY_MS)).toBe(1);
    expect(await rowsOf('old', old)).toEqual([]);
    const { runs } = await listRuns(system.worker(), { top: 10, token: null });
    expect(runs.map(({ runId }) => runId)).toEqual(['young', 'living']);
  });

  test('counts from the end of a run, not from its start', async () => {
    await system.start(COUNT);
    await controlRun(system.worker(), 'run', { verb: 'suspend', reason: null });
    system.clock += 10 * DAY_MS;
    await controlRun(system.worker(), 'run', { verb: 'resume', reason: null });
    await runToEnd(system);
    expect(await retire(2 * DAY_MS)).toBe(0);
    system.clock += 3 * DAY_MS;
    expect(await retire(2 * DAY_MS)).toBe(1);
  });

  test('removes days without runs, and keeps others', async () => {
    await ended('old');
    system.clock += DAY_MS;
    await system.start(COUNT, { runId: 'living' });
    await controlRun(system.worker(), 'living', { verb: 'suspend', reason: null });
    system.clock += 5 * DAY_MS;
    expect(await retire(DAY_MS)).toBe(1);
    const days = [];
    for await (const day of system.worker().store.listDays()) days.push(day);
    expect(days).toEqual(['20260102']);
  });

  test('removes lines whose run is gone', async () => {
    await ended('run');
    const run = (await system.worker().store.readRun('run'))?.value;
    await purgeRun(system.worker(), 'run');
    if (run !== undefined) await system.worker().store.indexByDay(run);
    system.clock += 5 * DAY_MS;
    expect(await retire(DAY_MS)).toBe(0);
    const days = [];
    for await (const day of system.worker().store.listDays()) days.push(day);
    expect(days).toEqual([]);
  });

  test('purges unreadable runs like others', async () => {
    for (const id of ['a', 'b', 'c']) await ended(id);
    const row = await system.tables.get('runs', 'b', 'run');
    if (row === null) throw new Error('no row');
    const broken = { ...row, cells: { ...row.cells, gate: '', status: 'Lost' } };
    await system.tables.write('runs', [{ kind: 'replace', row: broken, etag: row.etag }]);
    system.clock += 5 * DAY_MS;
    const report = await purgeDue(system.worker(), { retentionMs: DAY_MS });
    expect(report).toMatchObject({ retired: 3, failed: [] });
    expect(await system.tables.get('runs', 'b', 'run')).toBeNull();
  });
});
