import type { TallyFailureCode } from '@tally/contracts';

/** Where a row is. */
export interface RowPlace {
  readonly table: string;
  readonly partitionKey: string;
  readonly rowKey: string;
}

/**
 * Longest reason: it is kept in a run's row and shown in a list. The input that doesn't fit is no part of it.
 */
const REASON_MAX_CHARS = 300;

/** A row that a run can't do without can't be read, or isn't there. Nothing of it is believed. */
export abstract class BrokenRowError extends Error {
  /** A stable word: the failure code of a run that ends by it. */
  abstract readonly code: Extract<TallyFailureCode, 'RowUnreadable' | 'RowMissing'>;
  readonly place: RowPlace;

  constructor(place: RowPlace, what: string) {
    super(`${place.table}/${place.partitionKey}/${place.rowKey}: ${what}`);
    this.place = place;
  }
}

/** A row that isn't as this version of Tally writes it; says which row and which column. */
export class UnreadableRowError extends BrokenRowError {
  override readonly name = 'UnreadableRowError';
  override readonly code = 'RowUnreadable';
  /** The first column that is wrong; null: the whole row. */
  readonly column: string | null;
  /** Whether another version of Tally has written the row: no pass ends or purges anything because of it. */
  readonly isOfAnotherVersion: boolean;

  constructor(place: RowPlace, column: string | null, reason: string, { isOfAnotherVersion = false } = {}) {
    const short = reason.slice(0, REASON_MAX_CHARS).toWellFormed();
    super(place, column === null ? short : `column ${column}: ${short}`);
    this.column = column;
    this.isOfAnotherVersion = isOfAnotherVersion;
  }
}

/** A row that must be there is not. */
export class MissingRowError extends BrokenRowError {
  override readonly name = 'MissingRowError';
  override readonly code = 'RowMissing';

  constructor(place: RowPlace) {
    super(place, 'the row is missing');
  }
}
