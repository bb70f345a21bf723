/** The beginning of the host's message that it can't go on. */
const GIVES_UP = /^tally-host: /;
/**
 * An entry that reports an error: an entry of such a level in either format of the log, or an uncaught error.
 */
const COMPLAINT = /^[\d:.]{12} (?:error|crit) |"level":"(?:error|crit|fatal)"|^(?:Uncaught )?\w*Error\b/;
const STACK_LINE = /^\s+at /;
/** Any entry of a log. An entry ends where the next one begins. */
const ENTRY = /^[\d:.]{12} [a-z]+ |^\{/;
/** The number of lines that are shown. */
const SHOWN = 6;

/**
 * Why an app has ended, according to its output: its last error, without the lines of a stack, which are in
 * the log. An app that reported no error may have been killed. Then the result is its last lines.
 */
export function lastWords(lines: readonly string[]): string[] {
  const spoken = lines.filter((line) => !STACK_LINE.test(line));
  const givenUp = spoken.findLastIndex((line) => GIVES_UP.test(line));
  const from = givenUp < 0 ? spoken.findLastIndex((line) => COMPLAINT.test(line)) : givenUp;
  if (from < 0) return spoken.slice(-SHOWN);
  const next = spoken.findIndex((line, index) => index > from && ENTRY.test(line));
  return spoken.slice(from, next < 0 ? undefined : next).slice(0, SHOWN);
}
