// Tests the rows of the catalogue and of the audit in real tables.
import { MemoryBlobs } from '@tally/blobs';
import { connectTables, type StoredRow, type Tables } from '@tally/run-store';
import { startTemporaryAzurite } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import { auditFile } from '../audit/audit-file.ts';
import { resultOf, workOn } from '../fixtures/work.fixture.ts';
import { catalogueFile } from './catalogue-file.ts';
import { mediaTables } from './media-tables.ts';

let tables: Tables;
beforeAll(async () => {
  const azurite = await startTemporaryAzurite();
  tables = connectTables({ kind: 'connectionString', value: azurite.connectionString });
  await tables.create(Object.values(mediaTables));
  return () => azurite.stop();
});

const store = new MemoryBlobs();
const file = { container: 'library', name: "it's a run/g1.mp4", bytes: 8 };
const metadata = { format: 'MPEG-4', seconds: 2.5, width: 320, height: 240, videoCodec: 'AVC', audioCodec: null };
const entry = { file, type: 'video/mp4', scannedBy: 'eicar', metadata } as const;

async function rowsOf(table: string, partitionKey: string): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  for await (const row of tables.list(table, { partitionKey })) rows.push(row);
  return rows;
}

test('a file has one row in the catalogue, however often it is written, and the last write counts', async () => {
  const write = (input: Parameters<ReturnType<typeof catalogueFile>>[0]['input']) =>
    resultOf(catalogueFile(tables), workOn(store, 'database', input));
  const place = { table: 'mediafiles', partition: 'library', row: 'it~27s a run~2fg1.mp4' };
  expect(await write(entry)).toEqual(place);
  expect(await write({ ...entry, metadata: { ...metadata, width: null, seconds: 3 } })).toEqual(place);
  const [row, ...others] = await rowsOf('mediafiles', 'library');
  expect(others).toEqual([]);
  expect(row?.cells).toEqual({
    ...{ format: 'MPEG-4', seconds: 3, height: 240, videoCodec: 'AVC' },
    ...{ name: file.name, bytes: 8, type: 'video/mp4', scannedBy: 'eicar', run: 'a run' },
  });
});

test("the audit has one row for each run's work, in the order of the runs, and a second try changes nothing", async () => {
  const note = (startedAt: string, run: string, source: { blob: string } | { url: string }) =>
    resultOf(auditFile(tables), workOn(store, 'audit', { source, file, scannedBy: 'clamd', startedAt }, { run }));
  await note('2026-01-02T11:00:00Z', 'second', { url: 'https://user:pass@files.example/a.mp4?sig=secret' });
  const place = await note('2026-01-02T10:00:00.000Z', 'first', { blob: 'a.mp4' });
  const before = await rowsOf('mediaaudit', '2026-01-02');
  expect(await note('2026-01-02T10:00:00.000Z', 'first', { blob: 'a.mp4' })).toEqual(place);
  const after = await rowsOf('mediaaudit', '2026-01-02');
  expect(after).toEqual(before);
  expect(after.map(({ cells }) => [cells['run'], cells['source'], cells['scannedBy']])).toEqual([
    ['first', 'a.mp4', 'clamd'],
    ['second', 'https://[cut]@files.example/a.mp4?[cut]', 'clamd'],
  ]);
  expect(after[0]).toMatchObject({ partitionKey: place.partition, rowKey: place.row });
});
