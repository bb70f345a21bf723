import { BrokenRowError, UnreadableRowError } from '@tally/run-store';

/**
 * Reads what may be broken; null where it is.
 * @throws UnreadableRowError where a Tally of another version has written the row, which isn't broken at all
 */
export async function unlessBroken<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read();
  } catch (error) {
    if (isBroken(error)) return null;
    throw error;
  }
}

/** Whether a row is broken for good: not there, or not to be read by this Tally nor one of another version. */
export function isBroken(error: unknown): error is BrokenRowError {
  return error instanceof BrokenRowError && !isOfAnotherVersion(error);
}

/** R9: whether a Tally of another version has written the row: to that one it says what it says. */
export function isOfAnotherVersion(error: unknown): error is UnreadableRowError {
  return error instanceof UnreadableRowError && error.isOfAnotherVersion;
}
