import { mapViewsOf } from '@tally/run-state';
import { TABLES } from '@tally/run-store';
import { beforeEach, expect, test } from 'vitest';
import { raiseEvent } from '../control/raise-event.ts';
import { runToEnd } from '../fixtures/audit.fixture.ts';
import { edit } from '../fixtures/broken-rows.fixture.ts';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { type ItemPage, type ItemPosition, listItems } from './list-items.ts';

const COUNT = 14;

let system: MemorySystem;
let generation: string;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
  await system.start(COUNT);
  await raiseEvent(system.worker(), 'run', 'Approval', true);
  await runToEnd(system);
  ({ generation } = await readRun());
});

async function readRun() {
  const run = (await system.worker().store.readRun('run'))?.value;
  if (run === undefined) throw new Error('no run');
  return run;
}
const timeline = async () => (await system.worker().store.readHistory('run')).map(({ type }) => type);
const inRun = (rowKey: string) => ({ table: TABLES.runs, partitionKey: 'run', rowKey });

async function firstLine(): Promise<string> {
  for await (const { rowKey } of system.tables.list(TABLES.runs, { partitionKey: 'run', from: 'history:', limit: 1 }))
    return rowKey;
  throw new Error('no line');
}

test.each([{ type: 7 }, { time: 'soon' }, { gen: '-' }, { detail: '{' }])(
  'an unreadable timeline entry, %j, is marked in its place',
  async (cells) => {
    const before = await system.worker().store.readHistory('run');
    const rowKey = await firstLine();
    await edit(system, inRun(rowKey), cells);
    const place = { ...inRun(rowKey), column: Object.keys(cells)[0] };
    const marked = { at: before[0]?.at, type: 'RowUnreadable', detail: { ...place, code: 'RowUnreadable' } };
    expect(await system.worker().store.readHistory('run')).toEqual([marked, ...before.slice(1)]);
  },
);

test('an unreadable event is marked in the timeline', async () => {
  await edit(system, inRun(`event:${generation}:Approval`), { payload: '{' });
  const before = await timeline();
  expect(before.filter((type) => type === 'RowUnreadable')).toHaveLength(1);
  expect(before).not.toContain('EventRaised');
});

test('a read of the whole run names an unreadable event, which is also marked in the timeline', async () => {
  const { store } = system.worker();
  await edit(system, inRun(`event:${generation}:Approval`), { payload: '{' });
  await expect(store.readWhole('run')).rejects.toThrow(/event:\w+:Approval: column payload: not JSON/);
  expect(await timeline()).toContain('RowUnreadable');
});

test.each([1, 2, 5, 100])(
  'unreadable items of a chunk are marked in pages of %i, and hide no other items',
  async (top) => {
    const partitionKey = `run:${generation}:square.1:0000`;
    await edit(system, { table: TABLES.chunks, partitionKey, rowKey: 'chunk:000001' }, { numbers: '[' });
    const row = { partitionKey, rowKey: 'chunk:nonsense', cells: {} };
    await system.tables.write(TABLES.chunks, [{ kind: 'insert', row }]);
    const items = [];
    let next: ItemPosition | null = { shard: 0, chunk: 0, offset: 0 };
    while (next !== null) {
      const run = await readRun();
      const [view] = mapViewsOf(run);
      if (view === undefined) throw new Error('no map');
      const page: ItemPage = await listItems(system.worker(), run, view, { from: next, top });
      items.push(...page.items);
      next = page.next;
    }
    expect(items.map(({ index }) => index)).toEqual(Array.from({ length: COUNT }, (_, index) => index));
    const marked = items.filter((item) => 'error' in item);
    expect(marked.map(({ index }) => index)).toEqual([3, 4, 5]);
    expect(marked[0]?.error).toMatchObject({ code: 'RowUnreadable', column: 'numbers' });
  },
);
