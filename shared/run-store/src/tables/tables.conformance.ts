import { beforeAll, describe, expect, test } from 'vitest';
import { all } from '../fixtures/conformance.fixture.ts';
import { ConflictError } from './errors.ts';
import type { Cell, RowWrite, Tables } from './tables.ts';

let partitions = 0;
const table = 'conformance';

function row(partitionKey: string, rowKey: string, cells: Readonly<Record<string, Cell>> = { text: rowKey }) {
  return { partitionKey, rowKey, cells };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('no failure');
}

/** What every implementation of the port does, in memory or on an account. */
export function describeTables(name: string, connect: () => Promise<Tables>): void {
  describe(`tables: ${name}`, () => {
    let tables: Tables;
    beforeAll(async () => {
      tables = await connect();
      await tables.create([table]);
    });
    const newPartition = () => {
      partitions += 1;
      return `partition ${partitions}`;
    };
    const insert = async (partitionKey: string, rowKey: string, cells?: Readonly<Record<string, Cell>>) => {
      const [etag = ''] = await tables.write(table, [{ kind: 'insert', row: row(partitionKey, rowKey, cells) }]);
      return etag;
    };
    const insertMany = async (partitionKey: string, rowKeys: readonly string[]) =>
      await tables.write(
        table,
        rowKeys.map((rowKey): RowWrite => ({ kind: 'insert', row: row(partitionKey, rowKey) })),
      );

    test('creating an existing table changes nothing', async () => {
      const partition = newPartition();
      await insert(partition, 'a');
      await tables.create([table]);
      expect(await tables.get(table, partition, 'a')).not.toBeNull();
    });

    test('a row that was never written is null', async () => {
      expect(await tables.get(table, newPartition(), 'nothing')).toBeNull();
    });

    test('a row is read as it was written, with the ETag of the write', async () => {
      const partition = newPartition();
      const cells = {
        text: `it's "quoted", ünïcode 🙂 <&>`,
        empty: '',
        isoLike: '2026-01-02T03:04:05.678Z',
        small: 7,
        negative: -3,
        fraction: 0.25,
        time: 1_700_000_000_000,
        tiny: 1e-9,
        int32: 2 ** 31 - 1,
        beyond: 2 ** 31,
        yes: true,
        no: false,
      };
      const etag = await insert(partition, 'a', cells);
      expect(await tables.get(table, partition, 'a')).toEqual({ ...row(partition, 'a', cells), etag });
    });

    test('keys keep spaces, quotes, colons, percent signs and letters of any language', async () => {
      const partition = `${newPartition()}: it's 100% ключ`;
      await insert(partition, `O'Neil: 50% ~2f キー`);
      expect(await tables.get(table, partition, `O'Neil: 50% ~2f キー`)).not.toBeNull();
      expect(await all(tables.list(table, { partitionKey: partition }))).toHaveLength(1);
    });

    test('an insert of an existing row is a conflict and leaves the row', async () => {
      const partition = newPartition();
      await insert(partition, 'a', { text: 'first' });
      const failure = await failureOf(insert(partition, 'a', { text: 'second' }));
      expect(failure).toBeInstanceOf(ConflictError);
      expect(failure).toMatchObject({ index: 0, reason: 'exists' });
      expect((await tables.get(table, partition, 'a'))?.cells).toEqual({ text: 'first' });
    });

    test('replace drops the cells that it does not name; merge keeps them', async () => {
      const partition = newPartition();
      const first = await insert(partition, 'a', { kept: 1, changed: 'old' });
      const [merged = ''] = await tables.write(table, [
        { kind: 'merge', row: row(partition, 'a', { changed: 'new' }), etag: first },
      ]);
      expect(await tables.get(table, partition, 'a')).toMatchObject({
        cells: { kept: 1, changed: 'new' },
        etag: merged,
      });
      const [replaced = ''] = await tables.write(table, [
        { kind: 'replace', row: row(partition, 'a', { only: true }), etag: merged },
      ]);
      expect(await tables.get(table, partition, 'a')).toEqual({
        ...row(partition, 'a', { only: true }),
        etag: replaced,
      });
      expect(new Set([first, merged, replaced]).size).toBe(3);
    });

    for (const kind of ['merge', 'replace', 'delete'] as const) {
      const write = (partitionKey: string, etag: string): RowWrite =>
        kind === 'delete'
          ? { kind, partitionKey, rowKey: 'a', etag }
          : { kind, row: row(partitionKey, 'a', { text: 'late' }), etag };

      test(`I8: a ${kind} of an older version is a conflict, alone and within a transaction, and writes nothing`, async () => {
        const partition = newPartition();
        const old = await insert(partition, 'a', { text: 'old' });
        const update: RowWrite = { kind: 'merge', row: row(partition, 'a', { text: 'now' }), etag: old };
        await tables.write(table, [update]);
        expect(await failureOf(tables.write(table, [write(partition, old)]))).toMatchObject({
          name: 'ConflictError',
          index: 0,
          reason: 'changed',
        });
        const together = tables.write(table, [
          { kind: 'insert', row: row(partition, 'b') },
          { kind: 'insert', row: row(partition, 'c') },
          write(partition, old),
          { kind: 'insert', row: row(partition, 'd') },
        ]);
        expect(await failureOf(together)).toMatchObject({ name: 'ConflictError', index: 2, reason: 'changed' });
        const left = await all(tables.list(table, { partitionKey: partition }));
        expect(left.map(({ rowKey, cells }) => [rowKey, cells['text']])).toEqual([['a', 'now']]);
      });

      test(`a ${kind} of a deleted row reports it as missing, alone and within a transaction`, async () => {
        const partition = newPartition();
        const etag = await insert(partition, 'a');
        await tables.write(table, [{ kind: 'delete', partitionKey: partition, rowKey: 'a', etag }]);
        expect(await failureOf(tables.write(table, [write(partition, etag)]))).toMatchObject({
          name: 'ConflictError',
          index: 0,
          reason: 'missing',
        });
        const together = tables.write(table, [{ kind: 'insert', row: row(partition, 'b') }, write(partition, etag)]);
        expect(await failureOf(together)).toMatchObject({ name: 'ConflictError', index: 1, reason: 'missing' });
        expect(await tables.get(table, partition, 'b')).toBeNull();
      });
    }

    test("a transaction of all kinds returns the rows' new ETags in the order of its writes", async () => {
      const partition = newPartition();
      const [b = '', c = '', d = ''] = await insertMany(partition, ['b', 'c', 'd']);
      const etags = await tables.write(table, [
        { kind: 'replace', row: row(partition, 'd', { text: 'replaced' }), etag: d },
        { kind: 'delete', partitionKey: partition, rowKey: 'b', etag: b },
        { kind: 'insert', row: row(partition, 'a') },
        { kind: 'merge', row: row(partition, 'c', { more: 1 }), etag: c },
      ]);
      const rows = await all(tables.list(table, { partitionKey: partition }));
      expect(rows.map(({ rowKey }) => rowKey)).toEqual(['a', 'c', 'd']);
      expect(rows.map(({ etag }) => etag)).toEqual([etags[2], etags[3], etags[0]]);
      expect(etags[1]).toBe('');
    });

    test('a transaction that inserts an existing row names its place and writes nothing', async () => {
      const partition = newPartition();
      await insert(partition, 'k7');
      const keys = Array.from({ length: 12 }, (_, place) => `k${place}`);
      expect(await failureOf(insertMany(partition, keys))).toMatchObject({
        name: 'ConflictError',
        index: 7,
        reason: 'exists',
      });
      expect(await all(tables.list(table, { partitionKey: partition }))).toHaveLength(1);
    });

    test('a transaction takes at most 100 rows', async () => {
      const partition = newPartition();
      const keys = Array.from({ length: 101 }, (_, place) => `k${place}`);
      const failure = await failureOf(insertMany(partition, keys));
      expect(failure).not.toBeInstanceOf(ConflictError);
      expect(await all(tables.list(table, { partitionKey: partition }))).toEqual([]);
      await insertMany(partition, keys.slice(1));
      expect(await all(tables.list(table, { partitionKey: partition }))).toHaveLength(100);
    });

    test('a transaction takes 3 MiB, and is refused as a whole at 4 MiB', async () => {
      const partition = newPartition();
      const large = (mebibytes: number): RowWrite[] =>
        Array.from({ length: mebibytes * 32 }, (_, place) => ({
          kind: 'insert',
          row: row(partition, `k${place}`, { text: 'x'.repeat(32 * 1024) }),
        }));
      const failure = await failureOf(tables.write(table, large(4)));
      expect(failure).not.toBeInstanceOf(ConflictError);
      expect(await all(tables.list(table, { partitionKey: partition, select: [] }))).toEqual([]);
      await tables.write(table, large(3));
      expect(await all(tables.list(table, { partitionKey: partition, select: [] }))).toHaveLength(96);
    });

    test('a property takes 32 Ki characters', async () => {
      const partition = newPartition();
      const text = 'ü'.repeat(32 * 1024);
      await insert(partition, 'a', { text });
      expect((await tables.get(table, partition, 'a'))?.cells['text']).toBe(text);
      expect(await failureOf(insert(partition, 'b', { text: `${text}x` }))).not.toBeInstanceOf(ConflictError);
    });

    test('text of any language is read as it was written, however long the request is', async () => {
      const partition = newPartition();
      const text = 'aü日🙂'.repeat(6_000);
      const rows = Array.from({ length: 20 }, (_, place) => row(partition, `k${place}`, { text }));
      await tables.write(
        table,
        rows.map((one) => ({ kind: 'insert', row: one })),
      );
      for (const { cells } of await all(tables.list(table, { partitionKey: partition }))) {
        expect(cells['text'] === text).toBe(true);
      }
    });

    test('a transaction without writes, or with a row written twice, is refused', async () => {
      const partition = newPartition();
      expect(await failureOf(insertMany(partition, ['a', 'a']))).not.toBeInstanceOf(ConflictError);
      expect(await all(tables.list(table, { partitionKey: partition }))).toEqual([]);
      await expect(tables.write(table, [])).rejects.toThrow('at least one write');
    });

    test('a table that was never created is an error, not a missing row', async () => {
      await expect(tables.get('nosuchtable', 'p', 'r')).rejects.toThrow(/exist/);
      const failure = await failureOf(tables.write('nosuchtable', [{ kind: 'insert', row: row('p', 'r') }]));
      expect(failure).not.toBeInstanceOf(ConflictError);
    });
  });
}
