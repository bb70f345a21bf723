import type { ListedRun } from '@tally/api';
import type { RunStatus } from '@tally/contracts';
import { Option } from 'commander';
import { localTime } from '../local-time.ts';
import { parseAmount, parseStatuses, parseTime } from '../parse-options.ts';
import { renderTable } from '../table.ts';
import { noteMore, pageSize, type Taken, takeUpTo } from '../take-up-to.ts';
import type { Verb } from '../verb.ts';

interface ListOptions {
  readonly prefix?: string;
  readonly from?: string;
  readonly to?: string;
  readonly status?: readonly RunStatus[];
  readonly top: number;
}

/** A number of lines that a person can read through. */
const TOP_DEFAULT = 50;

const columns = [
  { title: 'RUN' },
  { title: 'STATUS' },
  { title: 'ITEMS', align: 'right' },
  { title: 'FAILED', align: 'right' },
  { title: 'CREATED' },
  { title: 'UPDATED' },
] as const;

export const listVerb: Verb<ListOptions> = {
  usage: 'list',
  description: 'Lists runs, the newest first.',
  options: [
    new Option('--prefix <text>', 'only runs whose id begins with this'),
    new Option('--from <time>', 'created then or later: 2026-11-23, "2026-11-23 09:44", or 12h, 7d ago').argParser(
      parseTime,
    ),
    new Option('--to <time>', 'created then or before').argParser(parseTime),
    new Option('--status <names>', 'only in these statuses, with commas between').argParser(parseStatuses),
    new Option('--top <n>', 'at most this many').argParser(parseAmount).default(TOP_DEFAULT),
  ],
  perform: async ({ options, connect }) => {
    const { client } = await connect();
    const found = client.iterateRuns({
      instanceIdPrefix: options.prefix,
      createdTimeFrom: options.from,
      createdTimeTo: options.to,
      runtimeStatus: options.status === undefined ? undefined : [...options.status],
      showInput: false,
      top: pageSize(options.top),
    });
    const taken = await takeUpTo(found, options.top);
    return { text: renderRuns(taken), json: taken.values };
  },
};

export function renderRuns(taken: Taken<ListedRun>): string {
  if (taken.values.length === 0) return 'No run matches.';
  const rows = taken.values.map((run) => [
    run.instanceId,
    run.runtimeStatus,
    run.counts === undefined ? '' : String(run.counts.total),
    run.counts === undefined ? '' : String(run.counts.failed),
    localTime(run.createdTime),
    localTime(run.lastUpdatedTime),
  ]);
  return `${renderTable(columns, rows)}${noteMore(taken)}`;
}
