/**
 * The longest wait that is taken from a header. A run shouldn't stand still for days because of one, and a
 * queue message can be hidden for seven days at most.
 */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Azure services also give the delay in milliseconds, which is more precise. RFC 9110, section 10.2.3, has
 * seconds or a date.
 */
const MILLISECOND_HEADERS = ['retry-after-ms', 'x-ms-retry-after-ms'];

/** The headers that ask for a delay. */
export const DELAY_HEADERS: readonly string[] = [...MILLISECOND_HEADERS, 'retry-after'];

/**
 * Reads how long an answer asks to wait before the next call.
 * @param headers by lower-case name
 * @param now milliseconds since 1970
 * @returns milliseconds, at most an hour; 0 when the answer asks for no readable delay
 */
export function retryAfterMs(headers: Readonly<Record<string, string | undefined>>, now: number): number {
  const inMilliseconds = MILLISECOND_HEADERS.map((name) => headers[name]).find((value) => value !== undefined);
  const asked = inMilliseconds === undefined ? ofStandard(headers['retry-after'], now) : Number(inMilliseconds);
  return Number.isFinite(asked) ? Math.min(Math.max(0, Math.ceil(asked)), MAX_RETRY_AFTER_MS) : 0;
}

function ofStandard(value: string | undefined, now: number): number {
  if (value === undefined) return 0;
  return /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
}
