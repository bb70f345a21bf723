import type { RunStatus } from '@tally/contracts';
import { UsageError } from '@tally/start';
import { Option } from 'commander';
import { parseStatuses, parseTime } from '../parse-options.ts';
import type { Verb } from '../verb.ts';

interface PurgeOptions {
  readonly from?: string;
  readonly to?: string;
  readonly status?: readonly RunStatus[];
}

export const purgeVerb: Verb<PurgeOptions> = {
  usage: 'purge [run]',
  description: 'Deletes all data of an ended run, or with --from of all ended runs. This cannot be undone.',
  options: [
    new Option('--from <time>', 'all created then or later: 2026-11-23, "2026-11-23 09:44", or 12h, 7d ago').argParser(
      parseTime,
    ),
    new Option('--to <time>', 'created then or before; default: now').argParser(parseTime),
    new Option('--status <names>', 'only in these statuses, with commas between').argParser(parseStatuses),
  ],
  perform: async ({ args: [id], options: { from, to, status }, connect }) => {
    if (id !== undefined) {
      if (from !== undefined || to !== undefined || status !== undefined)
        throw new UsageError('Name a run, or select runs by --from, --to and --status; not both.');
      const { client } = await connect();
      await client.purge(id);
      return { text: `Run ${id} is deleted.`, json: { instancesDeleted: 1 } };
    }
    if (from === undefined) throw new UsageError('Which runs? Name one, or give --from <time>.');
    const { client } = await connect();
    const instancesDeleted = await client.purgeAll({
      createdTimeFrom: from,
      createdTimeTo: to,
      runtimeStatus: status === undefined ? undefined : [...status],
    });
    const runs = instancesDeleted === 1 ? '1 run is' : `${instancesDeleted} runs are`;
    return { text: `${runs} deleted.`, json: { instancesDeleted } };
  },
};
