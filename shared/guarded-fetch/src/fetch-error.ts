/**
 * Why a request for a caller's URL failed. `Refused` and `TooBig` are permanent. The others may pass: the
 * host was busy, had an error, wasn't reached, or took too long.
 */
export type FetchErrorCode = 'Refused' | 'TooBig' | 'HostBusy' | 'HostError' | 'HostUnreachable' | 'HostTimeout';

/** The message may be shown to the caller: it says nothing about our own network and holds no URL. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  readonly code: FetchErrorCode;
  /** The whole seconds that the host asked us to wait. */
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

  /** Whether another try may have another result. */
  get mayPass(): boolean {
    return this.code !== 'Refused' && this.code !== 'TooBig';
  }
}

export const refused = (reason: string, cause?: unknown): FetchError => new FetchError('Refused', reason, { cause });

export const tooBig = (maxBytes: number): FetchError =>
  new FetchError('TooBig', `The body has more than ${maxBytes} bytes.`);
