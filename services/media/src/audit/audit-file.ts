import { createHash } from 'node:crypto';
import type { BlobRef, Handler } from '@tally/chain';
import type { MediaInput, RowPlace, Scanned } from '@tally/chains';
import { withoutSecrets } from '@tally/contracts';
import { ConflictError, type Tables } from '@tally/run-store';
import { mediaTables } from '../database/media-tables.ts';

export interface AuditEntry {
  readonly source: MediaInput;
  readonly file: BlobRef;
  readonly scannedBy: Scanned['by'];
  /** The time at which the run began, as ISO 8601. */
  readonly startedAt: string;
}

/**
 * Records permanently which files were taken into the library. Rows are only added. The row's key is made
 * from the work's key, so a second try finds its row and adds none. Rows are grouped by day, in the order in
 * which their runs began.
 */
export function auditFile(tables: Tables): Handler<AuditEntry, RowPlace> {
  return async ({ input, run, key }) => {
    const { source, file, scannedBy, startedAt } = input;
    const at = new Date(startedAt).toISOString();
    // A work's key may be too long for a row's key, or contain characters that a row's key can't have.
    const rowKey = `${at}.${createHash('sha256').update(key).digest('hex')}`;
    const partitionKey = at.slice(0, 10);
    const cells = {
      action: 'taken in',
      source: 'url' in source ? withoutSecrets(source.url) : source.blob,
      library: file.name,
      bytes: file.bytes,
      scannedBy,
      run: run.id,
      generation: run.generation,
      notedAt: new Date().toISOString(),
    };
    try {
      await tables.write(mediaTables.audit, [{ kind: 'insert', row: { partitionKey, rowKey, cells } }]);
    } catch (error) {
      if (!(error instanceof ConflictError) || error.reason !== 'exists') throw error;
    }
    return { table: mediaTables.audit, partition: partitionKey, row: rowKey };
  };
}
