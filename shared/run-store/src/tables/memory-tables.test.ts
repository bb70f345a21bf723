import { expect, test } from 'vitest';
import { describeLists } from './lists.conformance.ts';
import { MemoryTables } from './memory-tables.ts';
import { describeTables } from './tables.conformance.ts';

describeTables('in memory', async () => new MemoryTables());
describeLists('in memory', async () => new MemoryTables());

test.each(['a/b', 'a\\b', 'a#b', 'a?b', 'a\nb', 'x'.repeat(513)])(
  'refuse the key %j, as Azure does',
  async (rowKey) => {
    const tables = new MemoryTables();
    await tables.create(['t']);
    const row = { partitionKey: 'p', rowKey, cells: {} };
    await expect(tables.write('t', [{ kind: 'insert', row }])).rejects.toThrow(RangeError);
  },
);

test('refuse a row of more than a mebibyte, also as the result of a merge', async () => {
  const tables = new MemoryTables();
  await tables.create(['t']);
  const part = (from: number, to: number) =>
    Object.fromEntries(Array.from({ length: to - from }, (_, place) => [`c${from + place}`, 'x'.repeat(32 * 1024)]));
  const keys = { partitionKey: 'p', rowKey: 'r' };
  await expect(tables.write('t', [{ kind: 'insert', row: { ...keys, cells: part(0, 16) } }])).rejects.toThrow('1 MiB');
  const [etag = ''] = await tables.write('t', [{ kind: 'insert', row: { ...keys, cells: part(0, 10) } }]);
  const merge = { kind: 'merge', row: { ...keys, cells: part(10, 16) }, etag } as const;
  await expect(tables.write('t', [merge])).rejects.toThrow('1 MiB');
  expect(Object.keys((await tables.get('t', 'p', 'r'))?.cells ?? {})).toHaveLength(10);
});

test('refuse a transaction across partitions', async () => {
  const tables = new MemoryTables();
  await tables.create(['t']);
  const rows = ['p', 'q'].map((partitionKey) => ({ partitionKey, rowKey: 'r', cells: {} }));
  const writes = rows.map((row) => ({ kind: 'insert', row }) as const);
  await expect(tables.write('t', writes)).rejects.toThrow('one partition');
});
