import { RefusedError, type StartedRun, TallyClient, UnexpectedAnswerError, UnreachableError } from '@tally/client';
import { StartError } from '@tally/start';
import { makeFetchable, type Photo } from './photos.ts';
import type { ProgressOutput } from './progress.ts';
import type { RunReport } from './report.ts';
import { RunWatch } from './run-watch.ts';
import { runOptionsOf, type StartOptions } from './start-options.ts';
import { pageSize, takeUpTo } from './take-up-to.ts';
import type { TargetSystem } from './target-system.ts';

/**
 * A person is watching, and the status of an unchanged run costs only a read or two. The API's own
 * Retry-After is for programs.
 */
export const watchPauseMs = { least: 300, most: 300 };

export interface RunPhotosOptions {
  readonly system: TargetSystem;
  /** A client of that system. Default: one without a key. */
  readonly client?: TallyClient;
  readonly photos: readonly Photo[];
  readonly options?: StartOptions;
  readonly progress: ProgressOutput;
  /** Aborts: the run is asked to end, and the signal's reason is thrown. */
  readonly signal: AbortSignal;
}

/**
 * Sends photos through a system, shows the progress, and waits for the result. Local files are served to the
 * system in the meantime.
 * @throws StartError when the run can't be started or watched; its cause is the client's error
 */
export async function runPhotos(options: RunPhotosOptions): Promise<RunReport> {
  const { system, photos } = options;
  const client = options.client ?? new TallyClient({ baseUrl: system.baseUrl });
  const fetchable = await makeFetchable(photos, system);
  try {
    const run = await start(client, fetchable.urls, options.options);
    return await watch(client, run, options);
  } finally {
    await fetchable.close();
  }
}

async function start(
  client: TallyClient,
  urls: readonly string[],
  { approval, ...options }: StartOptions = {},
): Promise<StartedRun> {
  const input = approval === undefined ? urls : { urls, approval: { timeout: approval } };
  try {
    return await client.startRun({ input, ...runOptionsOf(options) });
  } catch (cause) {
    throw asStartError(cause, 'Is Tally running there? Start it with: npm start');
  }
}

async function watch(
  client: TallyClient,
  run: StartedRun,
  { photos, options, progress, signal }: RunPhotosOptions,
): Promise<RunReport> {
  progress.write(`On the page: ${client.pageUri(run.id)}\n`);
  // Photos wait for an event only if an approval was requested.
  const chains = options?.approval === undefined ? [] : await client.chains();
  const shown = new RunWatch({ output: progress, runId: run.id, chains });
  try {
    const onProgress = shown.update.bind(shown);
    const status = await run.wait({ onProgress, signal, pauseMs: watchPauseMs });
    shown.end();
    const items = client.iterateItems(run.id, { top: pageSize(photos.length) });
    return { id: run.id, status, photos, items: (await takeUpTo(items, photos.length)).values };
  } catch (error) {
    shown.end();
    if (signal.aborted) await endRun(run, progress);
    const hint = `Run ${run.id} isn't lost: it continues when the system is started again; look at ${run.uris.statusQueryGetUri}`;
    throw asStartError(error, hint);
  }
}

/** No command waits for the run any more, and its local files are no longer served. */
async function endRun(run: StartedRun, progress: ProgressOutput): Promise<void> {
  try {
    await run.terminate('interrupted by the caller');
    progress.write(`Run ${run.id} is being terminated.\n`);
  } catch (error) {
    progress.write(
      `Run ${run.id} could not be terminated: ${error instanceof Error ? error.message : String(error)}\n`,
    );
  }
}

/** @param hint what to do if nothing answers */
function asStartError(cause: unknown, hint: string): unknown {
  if (cause instanceof UnreachableError) return new StartError(`${cause.message}. ${hint}`, { cause });
  if (cause instanceof RefusedError || cause instanceof UnexpectedAnswerError)
    return new StartError(cause.message, { cause });
  return cause;
}
