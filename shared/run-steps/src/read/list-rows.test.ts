import { beforeEach, expect, test } from 'vitest';
import { edit } from '../fixtures/broken-rows.fixture.ts';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { listRows } from './list-rows.ts';
import { InvalidTokenError } from './page-token.ts';

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
  await system.start(3);
  await system.start(3, { runId: 'run2' });
  await system.deliverAll();
});

async function keys(top: number): Promise<string[][]> {
  const found: string[][] = [];
  let token: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listRows>> = await listRows(system.worker(), 'run', { top, token });
    found.push(page.rows.map(({ rowKey }) => rowKey));
    token = page.token;
  } while (token !== null);
  return found;
}

test('the rows of a run come in pages, each row once, and no rows of other runs', async () => {
  const [all = []] = await keys(100);
  expect(all).toContain('run');
  expect(all.some((key) => key.startsWith('history:'))).toBe(true);
  for (const top of [1, 2, all.length]) {
    const pages = await keys(top);
    expect(pages.flat()).toEqual(all);
    expect(Math.max(...pages.map((page) => page.length))).toBe(top);
  }
});

test('an unreadable row is shown like any other', async () => {
  await edit(system, { table: 'runs', partitionKey: 'run', rowKey: 'run' }, { epoch: 'x' });
  const { rows } = await listRows(system.worker(), 'run', { top: 100, token: null });
  expect(rows.find(({ rowKey }) => rowKey === 'run')?.cells['epoch']).toBe('x');
});

test('an unknown run has no rows; a token of another list is refused', async () => {
  expect(await listRows(system.worker(), 'unknown', { top: 5, token: null })).toEqual({ rows: [], token: null });
  await expect(listRows(system.worker(), 'run', { top: 5, token: 'e30' })).rejects.toThrow(InvalidTokenError);
});
