import { keyText } from '@tally/contracts';
import { deadLetterRow, lookAtLetter } from '../rows/dead-letter-row.ts';
import { deadLetterKey, letterPointerKey, pointedLetter, TABLES } from '../rows/keys.ts';
import type { Generation } from '../rows/value-rows.ts';
import type { DeadLetterKey, DeadLetterRow, UnreadableLetter } from '../stored.ts';
import { ConflictError } from '../tables/errors.ts';
import { retrying } from '../tables/retrying.ts';
import type { Row, Tables } from '../tables/tables.ts';
import { readLines } from './read-lines.ts';
import { insertOnce, nameOf } from './repeated-writes.ts';

type LetterPlace = DeadLetterKey & Pick<DeadLetterRow, 'stage'>;

/** What could not be processed, kept until an operator sends it again or discards it. */
export function createDeadLetters(tables: Tables) {
  return {
    /** @param of the run whose rows first get a pointer to the letter, so that both go with its generation */
    async insertDeadLetter(letter: DeadLetterRow, of?: Generation): Promise<void> {
      if (of !== undefined) await insertOnce(tables, TABLES.runs, letterPointer(letter, of));
      await insertOnce(tables, TABLES.deadLetters, deadLetterRow(letter));
    },

    /** Oldest first; `after`: those behind that one. */
    async *listDeadLetters(
      stage: string,
      { after, limit }: { readonly after?: DeadLetterKey | undefined; readonly limit?: number | undefined } = {},
    ): AsyncIterable<DeadLetterRow | UnreadableLetter> {
      const from = after === undefined ? undefined : `${deadLetterKey(after.at, after.id)} `;
      yield* readLines(tables, TABLES.deadLetters, { partitionKey: keyText(stage), from, limit }, lookAtLetter);
    },

    async readDeadLetter({ stage, at, id }: LetterPlace): Promise<DeadLetterRow | UnreadableLetter | null> {
      const row = await tables.get(TABLES.deadLetters, keyText(stage), deadLetterKey(at, id));
      return row === null ? null : lookAtLetter(row);
    },

    /** By its key alone, readable or not; false: none is there. @param of where its pointer is, to delete it */
    async deleteDeadLetter({ stage, at, id }: LetterPlace, of?: Generation): Promise<boolean> {
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
  return await retrying(tables, `delete ${nameOf(table, { partitionKey, rowKey })}`, async () => {
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
function letterPointer({ stage, at, id }: LetterPlace, { runId, generation }: Generation): Row {
  return { partitionKey: keyText(runId), rowKey: letterPointerKey(generation, stage, at, id), cells: {} };
}
