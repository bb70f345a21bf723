import { Option } from 'commander';
import { parseAmount, parseDeadline, parseDuration, parseTolerated, type Tolerated } from './parse-options.ts';

/** What a command line may say about a run that it starts. */
export interface StartOptions {
  readonly id?: string;
  readonly window?: number;
  /** ISO 8601. */
  readonly approval?: string;
  readonly deadline?: string;
  readonly tolerated?: Tolerated;
}

export const deadlineOption = new Option(
  '--deadline <time>',
  'fail if it has not ended by then: 30m, 12h from now, or a time',
).argParser(parseDeadline);

export const startOptions: readonly Option[] = [
  new Option('--id <id>', 'the id of the run; default: a new one'),
  new Option('--window <items>', 'how many items may be in work at once').argParser(parseAmount),
  new Option('--approval <time>', 'photos: the result waits this long for an approval, such as 30m').argParser(
    parseDuration,
  ),
  deadlineOption,
  new Option('--tolerated <items>', 'fail only if more items than this have failed: 5, or 10%').argParser(
    parseTolerated,
  ),
];

/** The options of every run, in the client's form. */
export function runOptionsOf({ id, window, deadline, tolerated }: StartOptions) {
  return { id, window, deadline, ...tolerated };
}
