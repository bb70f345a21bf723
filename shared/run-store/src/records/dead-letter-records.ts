import { keyText } from '@tally/contracts';
import type { RunStore } from '../port.ts';
import { deadLetterOfRow, deadLetterRow } from '../rows/dead-letter-row.ts';
import { deadLetterKey, TABLES } from '../rows/keys.ts';
import { ConflictError } from '../tables/errors.ts';
import type { Tables } from '../tables/tables.ts';
import { again, insertOnce } from './repeated-writes.ts';

type DeadLetters = Pick<
  RunStore<never, never, never>,
  'insertDeadLetter' | 'listDeadLetters' | 'readDeadLetter' | 'deleteDeadLetter'
>;

/** What could not be processed, kept until somebody sends it again or throws it away. */
export function createDeadLetters(tables: Tables): DeadLetters {
  return {
    async insertDeadLetter(letter) {
      await insertOnce(tables, TABLES.deadLetters, deadLetterRow(letter));
    },

    async *listDeadLetters(stage, { after, limit } = {}) {
      // The smallest key behind another is that one and a blank: keys hold no control characters.
      const from = after === undefined ? undefined : `${deadLetterKey(after.at, after.id)} `;
      const rows = tables.list(TABLES.deadLetters, { partitionKey: keyText(stage), from, limit });
      for await (const row of rows) yield deadLetterOfRow(row);
    },

    async readDeadLetter({ stage, at, id }) {
      const row = await tables.get(TABLES.deadLetters, keyText(stage), deadLetterKey(at, id));
      return row === null ? null : deadLetterOfRow(row);
    },

    async deleteDeadLetter({ stage, at, id }) {
      const keys = { partitionKey: keyText(stage), rowKey: deadLetterKey(at, id) };
      return await again(async () => {
        const row = await tables.get(TABLES.deadLetters, keys.partitionKey, keys.rowKey);
        if (row === null) return false;
        try {
          await tables.write(TABLES.deadLetters, [{ kind: 'delete', ...keys, etag: row.etag }]);
          return true;
        } catch (error) {
          if (error instanceof ConflictError && error.reason === 'missing') return false; // another was faster
          throw error;
        }
      });
    },
  };
}
