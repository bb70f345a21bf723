import { UsageError } from '@tally/start';
import { Option } from 'commander';
import { parsePhotos } from '../photos.ts';
import { renderReport, reportJson } from '../report.ts';
import { runChain } from '../run-chain.ts';
import { runPhotos } from '../run-photos.ts';
import { type StartOptions, startOptions } from '../start-options.ts';
import type { Outcome, Verb, VerbCall } from '../verb.ts';

interface RunOptions extends StartOptions {
  readonly chain?: string;
  readonly watch?: true;
}

export const runVerb: Verb<RunOptions> = {
  usage: 'run <inputs...>',
  description:
    'Finds the faces in photos (URLs, files, patterns such as "*.jpg", or folders of photos) and names the happiest. Local files are served to the system ' +
    'while it runs. With --chain: starts a run of that chain with a JSON file as its input.',
  options: [
    new Option('--chain <name>', 'the chain to run; tally chains lists them'),
    new Option(
      '--watch',
      'show each node as it moves, to the end; the exit code is then 1 unless the run has completed',
    ),
    ...startOptions,
  ],
  perform: async (call) => (call.options.chain === undefined ? await photosOf(call) : await chainOf(call)),
};

async function photosOf({ args, options, context, connect }: VerbCall<RunOptions>): Promise<Outcome> {
  const photos = parsePhotos(args, context.folder);
  // Ctrl-C must not abort the calls, because the run is then asked to end.
  const { client, target } = await connect('go-on');
  const { progress, signal } = context;
  const report = await runPhotos({ system: target, client, photos, options, progress, signal });
  const exitCode = report.status.runtimeStatus === 'Completed' ? 0 : 1;
  return { text: renderReport(report), json: reportJson(report), exitCode };
}

async function chainOf({ args, options, context, connect }: VerbCall<RunOptions>): Promise<Outcome> {
  const { chain = '', watch = false, ...start } = options;
  const [file, ...others] = args;
  if (file === undefined || others.length > 0)
    throw new UsageError('With --chain give exactly one JSON file: the input.');
  if (start.approval !== undefined)
    throw new UsageError('--approval is for photos only; other chains define their waits themselves.');
  return await runChain({ chain, file, isWatched: watch, options: start, context, connect });
}
