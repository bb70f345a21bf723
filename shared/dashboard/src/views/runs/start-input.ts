/** Bytes of a file that are shown in the field; a larger one is sent as it is. */
export const SHOWN_MAX_BYTES = 256 * 1024;

/**
 * What somebody has pasted as the input of a run: JSON, or a list with a line for each entry.
 * @throws Error that says what is wrong
 */
export function readInput(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') throw new Error('The input is empty.');
  try {
    return JSON.parse(trimmed);
  } catch (error) {
    const lines = trimmed.split(/\s*\n\s*/).filter((line) => line !== '');
    // No JSON begins so, and every list of photos does.
    if (lines.every((line) => /^https?:\/\//i.test(line))) return lines;
    throw new Error(
      `The input is neither JSON nor a list of addresses: ${error instanceof Error ? error.message : ''}`,
    );
  }
}
