import { type Duration, durationMs } from './duration.ts';

/** Don't try again: the work itself is wrong. Any other error is tried again as the node's `retry` says. */
export class FatalError extends Error {
  /** A stable code to group by, e.g. `Infected`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** No other work of this run can succeed either, so the run ends. */
export class FatalRunError extends FatalError {}

/** Try again, but not before `after`: for a server that asks to wait, for example with `Retry-After`. */
export class RetryAfterError extends Error {
  readonly code: string;
  readonly afterMs: number;

  /** @throws RangeError if `after` is no duration */
  constructor(code: string, message: string, after: Duration, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.afterMs = durationMs(after);
  }
}
