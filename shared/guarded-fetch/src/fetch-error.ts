/**
 * What became of a request that a caller's URL asked for. `Refused` and `TooBig` won't mend themselves; the others may pass: the host was busy, had an error,
 * wasn't reached, or took too long.
 */
export type FetchErrorCode = 'Refused' | 'TooBig' | 'HostBusy' | 'HostError' | 'HostUnreachable' | 'HostTimeout';

/** The message tells nothing about our own network, and holds no URL: it may be shown to the caller. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  readonly code: FetchErrorCode;
  /** Whole seconds that the host asked to wait for. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: FetchErrorCode,
    message: string,
    options: { retryAfterSeconds?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** Whether another try may come to something else. */
  get mayPass(): boolean {
    return this.code !== 'Refused' && this.code !== 'TooBig';
  }
}

export const refused = (reason: string, cause?: unknown): FetchError => new FetchError('Refused', reason, { cause });

export const tooBig = (maxBytes: number): FetchError =>
  new FetchError('TooBig', `The body has more than ${maxBytes} bytes.`);
