/** Most characters of an input, a result or an output, as JSON. */
export const VALUE_MAX_CHARS = 65_536;

/** A transaction holds 4 MiB; a mebibyte is left for the run row and for what JSON adds. In characters, of which each may take three bytes. */
export const WRITTEN_MAX_CHARS = 1_000_000;
