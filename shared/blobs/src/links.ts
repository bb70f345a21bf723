const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * One day less than the longest lifetime of the key that an identity signs links with, so that one key serves
 * many links.
 */
const LINK_MAX_MS = 6 * DAY_MS;

/** @throws RangeError */
export function checkValidity(validMs: number): void {
  if (!(validMs >= MINUTE_MS && validMs <= LINK_MAX_MS)) {
    throw new RangeError(`a link is valid for a minute to six days, not for ${validMs} ms`);
  }
}
