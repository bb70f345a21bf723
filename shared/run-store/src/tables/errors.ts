/** A conditional write met another state than it expected; nothing was written. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  /** Which write of the transaction failed, from 0. */
  readonly index: number;
  /** `exists`: an insert met a row; `changed`: another version; `missing`: no row. */
  readonly reason: 'exists' | 'changed' | 'missing';

  constructor(index: number, reason: ConflictError['reason'], options?: ErrorOptions) {
    super(
      `write ${index} of the transaction: the row ${reason === 'exists' ? 'exists already' : `is ${reason}`}`,
      options,
    );
    this.index = index;
    this.reason = reason;
  }
}

/** No answer came to a write: it may have taken effect or not. */
export class UnknownOutcomeError extends Error {
  override readonly name = 'UnknownOutcomeError';
}
