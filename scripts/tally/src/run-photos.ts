import { StartError } from '@tally/start';
import { followRun } from './follow-run.ts';
import { makeFetchable, type Photo } from './photos.ts';
import { Progress, type ProgressOutput } from './progress.ts';
import type { RunReport } from './report.ts';
import { readItems, type StartedRun, startRun, terminateRun, UnreachableError } from './run-client.ts';
import type { TargetSystem } from './target-system.ts';

export interface RunPhotosOptions {
  readonly system: TargetSystem;
  readonly photos: readonly Photo[];
  readonly progress: ProgressOutput;
  /** Breaks off: the run is asked to end, and the signal's reason is thrown. */
  readonly signal: AbortSignal;
}

/**
 * Sends photos through a system and waits for the result, showing how far it is. Local files are served to it meanwhile.
 * @throws StartError when the run can't be started or watched
 */
export async function runPhotos({ system, photos, progress, signal }: RunPhotosOptions): Promise<RunReport> {
  const fetchable = await makeFetchable(photos, system);
  try {
    const run = await start(system, fetchable.urls);
    const shown = new Progress(progress);
    try {
      const status = await followRun(run, (latest) => shown.update(latest), signal);
      shown.end();
      return { id: run.id, status, photos, items: await readItems(system.baseUrl, run.id) };
    } catch (error) {
      shown.end();
      if (signal.aborted) await endRun(run, progress);
      throw error;
    }
  } finally {
    await fetchable.close();
  }
}

async function start(system: TargetSystem, urls: readonly string[]): Promise<StartedRun> {
  try {
    return await startRun(system.baseUrl, urls);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new StartError(`${error.message}. Is Tally running there? Start it with: npm start`, { cause: error });
  }
}

/** Nobody waits for the run any more, and the files it would look at are no longer served. */
async function endRun(run: StartedRun, progress: ProgressOutput): Promise<void> {
  try {
    await terminateRun(run, 'interrupted by the caller');
    progress.write(`Run ${run.id} is asked to end.\n`);
  } catch (error) {
    progress.write(`Run ${run.id} goes on: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
