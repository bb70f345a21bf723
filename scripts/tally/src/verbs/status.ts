import { Option } from 'commander';
import { Progress } from '../progress.ts';
import { renderStatus } from '../render-status.ts';
import { watchPauseMs } from '../run-photos.ts';
import type { Verb } from '../verb.ts';

interface StatusOptions {
  readonly history?: true;
  readonly wait?: true;
}

export const statusVerb: Verb<StatusOptions> = {
  usage: 'status <run>',
  description: 'Shows how a run stands.',
  options: [
    new Option('--history', 'with the events of its timeline'),
    new Option('--wait', 'wait until it has ended; the exit code is 1 then unless it has completed'),
  ],
  perform: async ({ args: [id = ''], options, context, connect }) => {
    const { client } = await connect();
    if (options.wait === true) {
      const shown = new Progress(context.progress);
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
