import type { RunStatusBody } from '@tally/api';
import type { StartedRun, TallyClient } from '@tally/client';
import type { ProgressOutput } from './progress.ts';
import { watchPauseMs } from './run-photos.ts';
import { RunWatch } from './run-watch.ts';

export interface WatchRunOptions {
  readonly client: TallyClient;
  readonly progress: ProgressOutput;
  /** Ends the watching, not the run. */
  readonly signal: AbortSignal;
  /** Gets every status, after it was shown. */
  readonly onStatus?: (status: RunStatusBody) => void;
  /** Default: the commands that raise an event are printed when the run waits for it. */
  readonly tellsCommands?: boolean;
}

/** Shows a run until it ends, each node as it moves. @throws the signal's reason; the client's errors */
export async function watchRun(run: StartedRun, options: WatchRunOptions): Promise<RunStatusBody> {
  const { client, progress, signal, onStatus, tellsCommands } = options;
  progress.write(`On the page: ${client.pageUri(run.id)}\n`);
  const chains = await client.chains();
  const shown = new RunWatch({ output: progress, runId: run.id, chains, tellsCommands });
  const onProgress = (status: RunStatusBody): void => {
    shown.update(status);
    onStatus?.(status);
  };
  try {
    return await run.wait({ onProgress, signal, pauseMs: watchPauseMs });
  } finally {
    shown.end();
  }
}
