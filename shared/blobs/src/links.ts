const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A day less than the longest that a key lives by which an identity signs links: one key then serves many links. */
const LINK_MAX_MS = 6 * DAY_MS;

/** @throws RangeError */
export function checkValidity(validMs: number): void {
  if (!(validMs >= MINUTE_MS && validMs <= LINK_MAX_MS)) {
    throw new RangeError(`a link is valid for a minute to six days, not for ${validMs} ms`);
  }
}
