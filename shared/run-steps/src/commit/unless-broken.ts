import { BrokenRowError, UnreadableRowError } from '@tally/run-store';

/**
 * Reads a row that may be broken; null where it is.
 * @throws UnreadableRowError where another version of Tally wrote the row, which is not broken then
 */
export async function unlessBroken<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read();
  } catch (error) {
    if (isBroken(error)) return null;
    throw error;
  }
}

/**
 * Whether a row is broken for good: it is missing, or neither this nor another version of Tally can read it.
 */
export function isBroken(error: unknown): error is BrokenRowError {
  return error instanceof BrokenRowError && !isOfAnotherVersion(error);
}

/** R9: whether another version of Tally wrote the row. That version can read it. */
export function isOfAnotherVersion(error: unknown): error is UnreadableRowError {
  return error instanceof UnreadableRowError && error.isOfAnotherVersion;
}
