const WORDS = {
  exists: 'the row exists already',
  changed: 'another writer has changed the row',
  missing: 'the row is missing',
};

/** A conditional write met another state than it expected; nothing was written. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  /** Which write of the transaction failed, from 0. */
  readonly index: number;
  /** `exists`: an insert met a row; `changed`: another version; `missing`: no row. */
  readonly reason: 'exists' | 'changed' | 'missing';

  constructor(index: number, reason: ConflictError['reason'], options?: ErrorOptions) {
    super(`write ${index} of the transaction: ${WORDS[reason]}`, options);
    this.index = index;
    this.reason = reason;
  }
}

/** No answer came to a write: it may have taken effect or not. */
export class UnknownOutcomeError extends Error {
  override readonly name = 'UnknownOutcomeError';
}

/** A conditional write was decided again as often as may help, and failed each time. The cause is the last failure. */
export class UnsettledError extends Error {
  override readonly name = 'UnsettledError';

  constructor(what: string, tries: number, last: unknown) {
    const why = last instanceof Error ? last.message : String(last);
    super(`${tries} tries to ${what} have failed. The last: ${why}`, { cause: last });
  }
}
