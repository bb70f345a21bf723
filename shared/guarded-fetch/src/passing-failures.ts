import { FetchError } from './fetch-error.ts';

/**
 * Network errors that may be gone at another try. A name that doesn't exist or a wrong certificate is
 * permanent.
 */
const passingCodes = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);

/** The longest wait. If a host asks for more than one hour, we wait no longer than that. */
const maxRetryAfterSeconds = 3_600;

/** Whether this is a network error that may pass. */
export function mayPass(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && passingCodes.has(cause.code)) return true;
  }
  return false;
}

/**
 * What a host's status means for another try.
 * @returns undefined for a permanent status
 */
export function passingStatus(status: number, retryAfter: string | undefined, now: number): FetchError | undefined {
  if (status !== 408 && status !== 425 && status !== 429 && status < 500) return undefined;
  const isBusy = status === 429 || status === 503;
  return new FetchError(
    isBusy ? 'HostBusy' : 'HostError',
    `Response status code does not indicate success: ${status}.`,
    { retryAfterSeconds: retryAfterSecondsOf(retryAfter, now) },
  );
}

/**
 * Reads a `Retry-After` (RFC 9110, 10.2.3): seconds, or a date.
 * @param now milliseconds since 1970
 * @returns whole seconds from 0 to 3,600; undefined if the value is missing or unreadable
 */
export function retryAfterSecondsOf(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\s*\d+\s*$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - now) / 1_000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), maxRetryAfterSeconds);
}
