import { Option } from 'commander';
import { renderStatus } from '../render-status.ts';
import { watchPauseMs } from '../run-photos.ts';
import { RunWatch } from '../run-watch.ts';
import type { Verb } from '../verb.ts';

interface StatusOptions {
  readonly history?: true;
  readonly wait?: true;
}

export const statusVerb: Verb<StatusOptions> = {
  usage: 'status <run>',
  description: 'Shows the status of a run.',
  options: [
    new Option('--history', 'with the events of its timeline'),
    new Option('--wait', 'wait until it has ended; the exit code is then 1 unless it has completed'),
  ],
  perform: async ({ args: [id = ''], options, context, connect }) => {
    const { client } = await connect();
    if (options.wait === true) {
      const shown = new RunWatch({ output: context.progress, runId: id, chains: await client.chains() });
      const onProgress = shown.update.bind(shown);
      try {
        await client.waitForRun(client.statusUri(id), { onProgress, signal: context.signal, pauseMs: watchPauseMs });
      } finally {
        shown.end();
      }
    }
    const showHistory = options.history === true;
    const status = await client.status(id, { showHistory, showHistoryOutput: showHistory });
    const isFailure = options.wait === true && status.runtimeStatus !== 'Completed';
    return { text: renderStatus(status), json: status, exitCode: isFailure ? 1 : 0 };
  },
};
