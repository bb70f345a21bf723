/** Maximum size of a file that is shown in the field. A larger file is sent unchanged. */
export const SHOWN_MAX_BYTES = 256 * 1024;

/**
 * Reads the pasted input of a run: JSON, or a list with one entry per line.
 * @throws Error that says what is wrong
 */
export function readInput(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') throw new Error('The input is empty.');
  try {
    return JSON.parse(trimmed);
  } catch (error) {
    const lines = trimmed.split(/\s*\n\s*/).filter((line) => line !== '');
    // No JSON begins that way, and every list of photos does.
    if (lines.every((line) => /^https?:\/\//i.test(line))) return lines;
    throw new Error(
      `The input is neither JSON nor a list of addresses: ${error instanceof Error ? error.message : ''}`,
    );
  }
}
