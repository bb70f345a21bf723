import { generationOf, type RunStatus } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { beforeEach, describe, expect, test } from 'vitest';
import { controlRun } from '../control/control-run.ts';
import { runToEnd } from '../fixtures/audit.fixture.ts';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { purgeRun } from '../purge/purge-run.ts';
import type { RunPage, RunQuery } from './list-query.ts';
import { listRuns } from './list-runs.ts';
import { InvalidTokenError } from './page-token.ts';

const HOUR_MS = 3_600_000;

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

/** Runs as their start first leaves them: the run row and its line in the listing. */
async function insertMany(ids: readonly string[], apartMs: number): Promise<void> {
  const { store } = system.worker();
  for (const runId of ids) {
    system.clock += apartMs;
    const at = system.clock;
    const run: Run = {
      ...{
        status: 'Pending',
        runId,
        generation: generationOf(at),
        name: 'squares',
        chainVersion: 7,
        epoch: 1,
      },
      ...{ nodes: {}, opened: [], outbox: [], options: { tolerance: {} } },
      ...{ createdAt: at, updatedAt: at, input: null },
    };
    await store.writeRun(null, { run, input: null, history: [] });
    await store.indexByDay(run);
  }
}

async function startMany(ids: readonly string[], apartMs = 1_000): Promise<void> {
  for (const runId of ids) {
    system.clock += apartMs;
    await system.start(1, { runId });
  }
}

function ids(count: number, prefix = 'run'): string[] {
  return Array.from({ length: count }, (_, number) => `${prefix}-${number}`);
}

/** All pages of a query. `between` is called after each. */
async function pages(
  query: Omit<RunQuery, 'token'>,
  between: () => Promise<void> = async () => {},
): Promise<string[][]> {
  const found: string[][] = [];
  let token: string | null = null;
  do {
    const page: RunPage = await listRuns(system.worker(), { ...query, token });
    expect(page.runs.length).toBeLessThanOrEqual(query.top);
    found.push(page.runs.map(({ runId }) => runId));
    token = page.token;
    await between();
  } while (token !== null);
  return found;
}

async function listed(query: Partial<Omit<RunQuery, 'token'>> = {}): Promise<string[]> {
  return (await pages({ top: 10, ...query })).flat();
}

test('runs are listed newest first, across days, for any page size', async () => {
  await startMany(ids(20), 7 * HOUR_MS);
  const newestFirst = ids(20).reverse();
  for (const top of [1, 3, 7, 20, 100]) expect((await pages({ top })).flat()).toEqual(newestFirst);
  expect(await pages({ top: 7 })).toHaveLength(3);
});

test('a live run is listed from its start', async () => {
  await system.start(14);
  expect(await listed()).toEqual(['run']);
  expect(await listed({ statuses: ['Running'] })).toEqual(['run']);
});

test('a thousand runs in pages of seven while 200 more start: none repeated, none of the first thousand missing', async () => {
  await insertMany(ids(1_000), 90_000);
  let started = 0;
  const found = (
    await pages({ top: 7 }, async () => {
      if (started < 200) await insertMany([`late-${started}`, `late-${started + 1}`], 500);
      started += 2;
    })
  ).flat();
  expect(found).toHaveLength(new Set(found).size);
  expect(found.filter((id) => id.startsWith('run-'))).toEqual(ids(1_000).reverse());
});

describe('filters', () => {
  test('by id, even with other runs in between', async () => {
    await startMany(['a-1', 'b-1', 'a-2', 'b-2', "it's ~2f", 'a-3']);
    expect(await listed({ idPrefix: 'a-', top: 2 })).toEqual(['a-3', 'a-2', 'a-1']);
    expect(await listed({ idPrefix: "it's" })).toEqual(["it's ~2f"]);
    expect(await listed({ idPrefix: 'nothing' })).toEqual([]);
  });

  test('by creation time, both bounds included', async () => {
    const start = system.clock;
    await startMany(ids(10), 6 * HOUR_MS);
    const at = (number: number) => start + (number + 1) * 6 * HOUR_MS;
    expect(await listed({ createdFrom: at(3), createdTo: at(6) })).toEqual(['run-6', 'run-5', 'run-4', 'run-3']);
    expect(await listed({ createdFrom: at(3) + 1, createdTo: at(6) - 1 })).toEqual(['run-5', 'run-4']);
    expect(await listed({ createdTo: at(0) })).toEqual(['run-0']);
    expect(await listed({ createdFrom: at(9) })).toEqual(['run-9']);
    expect(await listed({ createdFrom: at(9), createdTo: at(0) })).toEqual([]);
    expect(await listed({ createdFrom: -1, createdTo: Number.MAX_SAFE_INTEGER })).toHaveLength(10);
  });

  test('by status, combined with the others', async () => {
    await startMany(ids(6));
    for (const runId of ['run-1', 'run-3']) await controlRun(system.worker(), runId, { verb: 'suspend', reason: null });
    await controlRun(system.worker(), 'run-4', { verb: 'terminate', reason: null });
    await system.deliverAll();
    const by = async (...statuses: RunStatus[]) => await listed({ statuses, top: 1 });
    expect((await by('Suspended')).sort()).toEqual(['run-1', 'run-3']);
    expect(await by('Suspended', 'Terminated')).toEqual(['run-4', 'run-3', 'run-1']);
    expect(await by('Terminated', 'Completed')).toEqual(['run-5', 'run-4', 'run-2', 'run-0']);
    expect(await by('Failed')).toEqual([]);
    expect(await listed({ statuses: ['Suspended'], idPrefix: 'run-1' })).toEqual(['run-1']);
    expect(await listed({ statuses: [] })).toEqual([]);
  });

  test('that match few runs give short or empty pages, and all matches in the end', async () => {
    await startMany(['run-3']);
    await controlRun(system.worker(), 'run-3', { verb: 'terminate', reason: null });
    await insertMany(ids(450, 'other'), 1_000);
    const found = await pages({ statuses: ['Terminated'], top: 10 });
    expect(found.length).toBeGreaterThan(1);
    expect(found.flat()).toEqual(['run-3']);
  });

  test('by unfinished statuses alone read no ended run, in pages without repetition or gap', async () => {
    await startMany(ids(8, 'ended'));
    await system.deliverAll();
    await startMany(ids(25));
    const { requests } = system.tables;
    requests.length = 0;
    const [first = []] = await pages({ statuses: ['Running'], top: 100 });
    expect(first).toEqual(ids(25).reverse());
    expect(requests.filter((line) => line.startsWith('get runs'))).toHaveLength(25);
    expect(requests.filter((line) => line.startsWith('list'))).toEqual(['list index live…']);
    for (const top of [1, 3, 7]) {
      const found = (await pages({ statuses: ['Pending', 'Running', 'Suspended'], top })).flat();
      expect(found.toSorted()).toEqual(ids(25).toSorted());
    }
    expect(await listed({ statuses: ['Running'], idPrefix: 'run-1', top: 2 })).toHaveLength(11);
    const last = (await system.worker().store.readRun('run-24'))?.value.createdAt;
    expect(await listed({ statuses: ['Running'], createdFrom: last })).toEqual(['run-24']);
  });

  test('by unfinished statuses list a run once, even if an older version of Tally wrote its live row', async () => {
    await startMany(['old', 'both']);
    const { tables } = system;
    for await (const row of tables.list('index', { partitionKey: { from: 'live:', to: 'live;' } })) {
      const former = { ...row, partitionKey: 'live' };
      if (row.rowKey === 'old') await tables.write('index', [{ kind: 'delete', ...row }]);
      await tables.write('index', [{ kind: 'insert', row: former }]);
    }
    expect((await listed({ statuses: ['Running'] })).toSorted()).toEqual(['both', 'old']);
  });

  test('by unfinished statuses over many days without such runs do so too', async () => {
    await insertMany(ids(100), 24 * HOUR_MS);
    const found = await pages({ idPrefix: 'run-1', top: 100 });
    expect(found.length).toBeGreaterThan(1);
    expect(found.flat()).toHaveLength(11);
  });
});

test('a restarted run is listed once, as it is now; a purged run is not listed', async () => {
  await startMany(['a', 'b', 'c']);
  await runToEnd(system, 'a');
  await runToEnd(system, 'b');
  await startMany(['a']);
  await purgeRun(system.worker(), 'b');
  expect(await listed()).toEqual(['a', 'c']);
});

test('a page reads its lines and one row for each of its runs, and no more', async () => {
  await startMany(ids(100));
  let rows = 0;
  const get = system.tables.get.bind(system.tables);
  system.tables.get = async (...keys) => {
    rows += 1;
    return await get(...keys);
  };
  const limits: (number | undefined)[] = [];
  const list = system.tables.list.bind(system.tables);
  system.tables.list = (table, query) => {
    if (typeof query.partitionKey === 'string' && query.partitionKey.startsWith('day:')) limits.push(query.limit);
    return list(table, query);
  };
  const page = await listRuns(system.worker(), { top: 7, token: null });
  expect(page.runs).toHaveLength(7);
  expect({ rows, limits }).toEqual({ rows: 7, limits: [7] });
});

test.each(['', 'x', '{}', 'bnVsbA', Buffer.from('{"day":"today","after":null}').toString('base64url')])(
  'the token %j is refused',
  async (token) => {
    await expect(listRuns(system.worker(), { top: 1, token })).rejects.toThrow(InvalidTokenError);
  },
);
