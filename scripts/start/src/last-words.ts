/** Begins what the host says where it can't go on. */
const GIVES_UP = /^tally-host: /;
/** An entry that says what went wrong: of that level in either format of the log, or an error that nobody caught. */
const COMPLAINT = /^[\d:.]{12} (?:error|crit) |"level":"(?:error|crit|fatal)"|^(?:Uncaught )?\w*Error\b/;
const STACK_LINE = /^\s+at /;
/** Any entry of a log, each of which is over where the next begins. */
const ENTRY = /^[\d:.]{12} [a-z]+ |^\{/;
/** Lines that are shown. */
const SHOWN = 6;

/**
 * Why an app has ended, out of what it has printed: its last complaint, without the lines of a stack, which are in the log. An app that has
 * not complained may have been killed; then its last lines.
 */
export function lastWords(lines: readonly string[]): string[] {
  const spoken = lines.filter((line) => !STACK_LINE.test(line));
  const givenUp = spoken.findLastIndex((line) => GIVES_UP.test(line));
  const from = givenUp < 0 ? spoken.findLastIndex((line) => COMPLAINT.test(line)) : givenUp;
  if (from < 0) return spoken.slice(-SHOWN);
  const next = spoken.findIndex((line, index) => index > from && ENTRY.test(line));
  return spoken.slice(from, next < 0 ? undefined : next).slice(0, SHOWN);
}
