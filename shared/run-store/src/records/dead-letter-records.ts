import { keyText } from '@tally/contracts';
import type { DeadLetterRow, RunStore } from '../port.ts';
import { deadLetterRow, lookAtLetter } from '../rows/dead-letter-row.ts';
import { deadLetterKey, letterPointerKey, pointedLetter, TABLES } from '../rows/keys.ts';
import type { Generation } from '../rows/value-rows.ts';
import { ConflictError } from '../tables/errors.ts';
import { retrying } from '../tables/patience.ts';
import type { Row, Tables } from '../tables/tables.ts';
import { readLines } from './read-lines.ts';
import { insertOnce } from './repeated-writes.ts';

type DeadLetters = Pick<RunStore, 'insertDeadLetter' | 'listDeadLetters' | 'readDeadLetter' | 'deleteDeadLetter'>;

/** What could not be processed, kept until an operator sends it again or discards it. */
export function createDeadLetters(tables: Tables): DeadLetters {
  return {
    async insertDeadLetter(letter, of) {
      if (of !== undefined) await insertOnce(tables, TABLES.runs, letterPointer(letter, of));
      await insertOnce(tables, TABLES.deadLetters, deadLetterRow(letter));
    },

    async *listDeadLetters(stage, { after, limit } = {}) {
      const from = after === undefined ? undefined : `${deadLetterKey(after.at, after.id)} `;
      yield* readLines(tables, TABLES.deadLetters, { partitionKey: keyText(stage), from, limit }, lookAtLetter);
    },

    async readDeadLetter({ stage, at, id }) {
      const row = await tables.get(TABLES.deadLetters, keyText(stage), deadLetterKey(at, id));
      return row === null ? null : lookAtLetter(row);
    },

    async deleteDeadLetter({ stage, at, id }, of) {
      const isDeleted = await deleteStanding(tables, TABLES.deadLetters, keyText(stage), deadLetterKey(at, id));
      if (of !== undefined) {
        const { partitionKey, rowKey } = letterPointer({ stage, at, id }, of);
        await deleteStanding(tables, TABLES.runs, partitionKey, rowKey);
      }
      return isDeleted;
    },
  };
}

/** Deletes the letter that a pointer names, if it stands. */
export async function deletePointed(tables: Tables, pointer: Pick<Row, 'rowKey'>): Promise<void> {
  const pointed = pointedLetter(pointer.rowKey);
  if (pointed !== null) await deleteStanding(tables, TABLES.deadLetters, pointed.partitionKey, pointed.rowKey);
}

/** @returns false where there is no such row */
async function deleteStanding(tables: Tables, table: string, partitionKey: string, rowKey: string): Promise<boolean> {
  return await retrying(tables, async () => {
    const row = await tables.get(table, partitionKey, rowKey);
    if (row === null) return false;
    try {
      await tables.write(table, [{ kind: 'delete', partitionKey, rowKey, etag: row.etag }]);
      return true;
    } catch (error) {
      if (error instanceof ConflictError && error.reason === 'missing') return false; // another was faster
      throw error;
    }
  });
}

/** Its key says all: where the letter is. */
function letterPointer({ stage, at, id }: Pick<DeadLetterRow, 'stage' | 'at' | 'id'>, { runId, gen }: Generation): Row {
  return { partitionKey: keyText(runId), rowKey: letterPointerKey(gen, stage, at, id), cells: {} };
}
