import { beforeAll, describe, expect, test } from 'vitest';
import { all } from '../fixtures/conformance.fixture.ts';
import type { Cell, RowQuery, RowWrite, Tables } from './tables.ts';

let partitions = 0;
const table = 'lists';

/** How every implementation of the port lists rows, in memory or on an account. */
export function describeLists(name: string, connect: () => Promise<Tables>): void {
  describe(`lists of rows: ${name}`, () => {
    let tables: Tables;
    beforeAll(async () => {
      tables = await connect();
      await tables.create([table]);
    });
    const newPartition = () => {
      partitions += 1;
      return `partition ${partitions}`;
    };
    const row = (partitionKey: string, rowKey: string, cells: Readonly<Record<string, Cell>> = { text: rowKey }) => ({
      partitionKey,
      rowKey,
      cells,
    });
    const insert = async (partitionKey: string, rowKey: string, cells: Readonly<Record<string, Cell>>) =>
      await tables.write(table, [{ kind: 'insert', row: row(partitionKey, rowKey, cells) }]);
    const insertMany = async (partitionKey: string, rowKeys: readonly string[]) =>
      await tables.write(
        table,
        rowKeys.map((rowKey): RowWrite => ({ kind: 'insert', row: row(partitionKey, rowKey) })),
      );

    test('a list gives the rows of one partition ordered by key, from one key up to another', async () => {
      const partition = newPartition();
      await insertMany(partition, ['c', 'a', 'd', 'b']);
      await insertMany(`${partition}x`, ['b']);
      const keys = async (range: { from?: string; to?: string }) =>
        (await all(tables.list(table, { partitionKey: partition, ...range }))).map(({ rowKey }) => rowKey);
      expect(await keys({})).toEqual(['a', 'b', 'c', 'd']);
      expect(await keys({ from: 'b' })).toEqual(['b', 'c', 'd']);
      expect(await keys({ from: 'b', to: 'd' })).toEqual(['b', 'c']);
      expect(await keys({ to: 'a' })).toEqual([]);
    });

    test('one request asks for several keys and ranges of keys, and gets the matching rows once each, in their order', async () => {
      const partition = newPartition();
      await insertMany(partition, ['a:1', 'a:2', 'b', 'c:1', 'c:2', `d'1`, 'e']);
      await insertMany(`${partition}x`, ['b']);
      const asked = async (query: Omit<RowQuery, 'partitionKey'>) => {
        const found = await all(tables.list(table, { partitionKey: partition, ...query }));
        const { rows, isAll } = await tables.firstPart(table, { partitionKey: partition, ...query });
        expect({ rows, isAll }).toEqual({ rows: found, isAll: true });
        return found.map(({ rowKey }) => rowKey);
      };
      expect(await asked({ among: ['b'] })).toEqual(['b']);
      expect(await asked({ among: [`d'1`, { from: 'a:', to: 'a;' }, 'none', 'b'] })).toEqual([
        'a:1',
        'a:2',
        'b',
        `d'1`,
      ]);
      expect(
        await asked({
          among: [
            { from: 'a:2', to: 'c:2' },
            { from: 'b', to: 'f' },
          ],
        }),
      ).toEqual(['a:2', 'b', 'c:1', 'c:2', `d'1`, 'e']);
      expect(
        await asked({
          from: 'a:2',
          to: 'c:2',
          among: [
            { from: 'a:', to: 'a;' },
            { from: 'c:', to: 'c;' },
          ],
        }),
      ).toEqual(['a:2', 'c:1']);
      expect(await asked({ among: ['none', { from: 'x', to: 'y' }] })).toEqual([]);
      const few = {
        partitionKey: partition,
        among: ['e', { from: 'a:', to: 'c;' }],
        limit: 2,
        select: ['none'],
      } as const;
      const rows = await all(tables.list(table, { ...few, among: [...few.among] }));
      expect(rows.map(({ rowKey, cells }) => [rowKey, cells])).toEqual([
        ['a:1', {}],
        ['a:2', {}],
      ]);
    });

    test('a list of several partitions gives their rows partition by partition, within bounds', async () => {
      const partition = newPartition();
      for (const name of ['', ':b', ':a', ';', ':b:c']) await insertMany(`${partition}${name}`, ['2', '1']);
      const keys = async (query: Omit<RowQuery, 'partitionKey'> & { from?: string }, from = partition) => {
        const range = { from, to: `${partition};` };
        const found = await all(tables.list(table, { ...query, partitionKey: range }));
        return found.map(({ partitionKey, rowKey }) => `${partitionKey.slice(partition.length)}/${rowKey}`);
      };
      expect(await keys({})).toEqual(['/1', '/2', ':a/1', ':a/2', ':b/1', ':b/2', ':b:c/1', ':b:c/2']);
      expect(await keys({ from: '2' }, `${partition}:b`)).toEqual([':b/2', ':b:c/2']);
      expect(await keys({ limit: 3 })).toEqual(['/1', '/2', ':a/1']);
    });

    test('the first page says whether it is the last', async () => {
      const partition = newPartition();
      const keys = Array.from({ length: 1_001 }, (_, place) => `k${`${place}`.padStart(4, '0')}`);
      for (let start = 0; start < keys.length; start += 100)
        await insertMany(partition, keys.slice(start, start + 100));
      const whole = await tables.firstPart(table, { partitionKey: partition, from: 'k0001' });
      expect([whole.rows.length, whole.isAll]).toEqual([1_000, true]);
      const part = await tables.firstPart(table, { partitionKey: partition });
      expect([part.rows.map(({ rowKey }) => rowKey), part.isAll]).toEqual([keys.slice(0, 1_000), false]);
      const none = await tables.firstPart(table, { partitionKey: partition, from: 'z' });
      expect(none).toEqual({ rows: [], isAll: true });
    });

    test('a list ends after the number of rows asked for: one, a thousand or more', async () => {
      const partition = newPartition();
      const keys = Array.from({ length: 1_030 }, (_, place) => `k${`${place}`.padStart(4, '0')}`);
      for (let start = 0; start < keys.length; start += 100)
        await insertMany(partition, keys.slice(start, start + 100));
      for (const limit of [1, 7, 1_000, 1_020, 2_000]) {
        const found = await all(tables.list(table, { partitionKey: partition, from: 'k0003', limit }));
        expect(found.map(({ rowKey }) => rowKey)).toEqual(keys.slice(3, 3 + limit));
      }
    });

    test('a list of some columns gives those, the keys, and an ETag that is valid for a write', async () => {
      const partition = newPartition();
      await insert(partition, 'a', { small: 1, large: 'x'.repeat(1000) });
      const [found] = await all(tables.list(table, { partitionKey: partition, select: ['small', 'absent'] }));
      expect(found).toMatchObject({ rowKey: 'a', cells: { small: 1 } });
      await tables.write(table, [
        { kind: 'delete', partitionKey: partition, rowKey: 'a', etag: found?.etag ?? 'no row' },
      ]);
      expect(await tables.get(table, partition, 'a')).toBeNull();
    });

    test('a list continues after a page of a thousand rows', async () => {
      const partition = newPartition();
      const keys = Array.from({ length: 1_050 }, (_, place) => `k${`${place}`.padStart(4, '0')}`);
      for (let start = 0; start < keys.length; start += 100)
        await insertMany(partition, keys.slice(start, start + 100));
      const found = await all(tables.list(table, { partitionKey: partition }));
      expect(found.map(({ rowKey }) => rowKey)).toEqual(keys);
    });
  });
}
