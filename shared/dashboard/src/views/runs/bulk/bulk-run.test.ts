import type { ListedRun } from '@tally/api';
import { expect, test } from 'vitest';
import { BULK_MAX, type Done, doToAll, findRuns } from './bulk-run.ts';

const run = (instanceId: string, runtimeStatus: ListedRun['runtimeStatus'] = 'Running'): ListedRun => ({
  ...{ name: 'a', instanceId, runtimeStatus, input: null, customStatus: null, output: null },
  ...{ createdTime: '2026-01-01T00:00:00Z', lastUpdatedTime: '2026-01-01T00:00:00Z', chainVersion: 1 },
});
const live = { isFor: ({ runtimeStatus }: Pick<ListedRun, 'runtimeStatus'>) => runtimeStatus === 'Running' };

async function collected<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = [];
  for await (const value of values) all.push(value);
  return all;
}

test('shows how many runs match while it reads all pages', async () => {
  const pages: Record<string, { rows: ListedRun[]; token: string | null }> = {
    '': { rows: [run('a'), run('b', 'Completed')], token: 'x' },
    x: { rows: [], token: 'y' },
    y: { rows: [run('c')], token: null },
  };
  const found = await collected(findRuns(live, async (token) => pages[token ?? ''] ?? { rows: [], token: null }));
  expect(found.map(({ ids, seen, isAll }) => [ids.join(), seen, isAll])).toEqual([
    ['a', 2, false],
    ['a', 2, false],
    ['a,c', 3, true],
  ]);
});

test('keeps a bounded number of ids', async () => {
  const rows = Array.from({ length: 1_000 }, (_, index) => run(`${index}`));
  const found = await collected(findRuns(live, async () => ({ rows, token: 'more' })));
  expect(found).toHaveLength(5);
  expect(found.at(-1)).toMatchObject({ isAll: false });
  expect(found.at(-1)?.ids).toHaveLength(BULK_MAX);
});

test('a refusal stops no other run, and no run is called twice', async () => {
  const ids = Array.from({ length: 50 }, (_, index) => `run-${index}`);
  const acted: string[] = [];
  const told: Done[] = [];
  const act = async (id: string) => {
    acted.push(id);
    if (id.endsWith('7')) throw new Error('has ended');
  };
  const done = await doToAll(ids, act, (one) => told.push(one), new AbortController().signal);
  expect(done).toEqual({ accepted: 45, refused: 5, firstRefusal: 'run-7: has ended' });
  expect([acted.toSorted(), told.length]).toEqual([ids.toSorted(), 50]);
});

test('stops when it is told to', async () => {
  const control = new AbortController();
  const acted: string[] = [];
  const act = async (id: string) => {
    acted.push(id);
    if (acted.length === 6) control.abort();
  };
  await doToAll(
    Array.from({ length: 100 }, (_, index) => `${index}`),
    act,
    () => {},
    control.signal,
  );
  expect(acted.length).toBeLessThan(12);
});
