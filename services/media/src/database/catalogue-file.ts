import { createHash } from 'node:crypto';
import type { BlobRef, Handler } from '@tally/chain';
import type { Metadata, RowPlace, Scanned } from '@tally/chains';
import { keyText } from '@tally/contracts';
import type { Cell, Tables } from '@tally/run-store';
import { mediaTables } from './media-tables.ts';

/** Maximum length of a table's key. */
const KEY_MAX_CHARS = 512;

export interface CatalogueEntry {
  readonly file: BlobRef;
  readonly type: string;
  readonly scannedBy: Scanned['by'];
  readonly metadata: Metadata;
}

/**
 * Writes a file's row into the catalogue, and replaces an existing one. The key is the file's name, so a
 * second try writes the same row. A write that meets another one at the same moment throws and is tried
 * again.
 */
export function catalogueFile(tables: Tables): Handler<CatalogueEntry, RowPlace> {
  return async ({ input, run }) => {
    const { file, type, scannedBy, metadata } = input;
    const place = { partitionKey: file.container, rowKey: catalogueKey(file.name) };
    const cells = withoutNulls({ ...metadata, name: file.name, bytes: file.bytes, type, scannedBy, run: run.id });
    const row = { ...place, cells };
    const there = await tables.get(mediaTables.catalogue, place.partitionKey, place.rowKey);
    await tables.write(mediaTables.catalogue, [
      there === null ? { kind: 'insert', row } : { kind: 'replace', row, etag: there.etag },
    ]);
    return { table: mediaTables.catalogue, partition: place.partitionKey, row: place.rowKey };
  };
}

/** The file's name, or its digest when the name is longer than a key may be. */
function catalogueKey(name: string): string {
  const key = keyText(name);
  return key.length <= KEY_MAX_CHARS ? key : createHash('sha256').update(name).digest('hex');
}

function withoutNulls(values: Readonly<Record<string, Cell | null>>): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]): [string, Cell][] => (value === null ? [] : [[name, value]])),
  );
}
