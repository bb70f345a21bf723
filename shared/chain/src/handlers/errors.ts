import { type Duration, durationMs } from './duration.ts';

/** Don't try again: the work itself is wrong. Any other error is tried again as the node's `retry` says. */
export class FatalError extends Error {
  /** A stable word to group by, e.g. `Infected`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** No other work of this run can succeed either: end the run. */
export class FatalRunError extends FatalError {}

/** Try again, but not before `after`: somebody asks to wait, as a server does with `Retry-After`. */
export class RetryAfterError extends Error {
  readonly code: string;
  readonly afterMs: number;

  /** @throws RangeError for what is no duration */
  constructor(code: string, message: string, after: Duration, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.afterMs = durationMs(after);
  }
}
