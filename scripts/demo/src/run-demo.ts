import { filePhoto, renderReport, runPhotos } from '@tally/cli';
import { findRunningSystems, StartError, samplePhotos } from '@tally/start';
import { withOwnSystem } from './own-system.ts';

/** The whole demo takes some twenty seconds; a run that isn't through by then hangs, and the demo says so. */
const guardMs = 180_000;

/** @returns the exit code */
export async function runDemo(interrupt: AbortSignal): Promise<number> {
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const photos = samplePhotos().map(filePhoto);
  const signal = AbortSignal.any([interrupt, guard()]);
  const run = async (system: { readonly baseUrl: string; readonly photoPorts: readonly number[] }): Promise<number> => {
    say(`Sending ${photos.length} sample photos through ${system.baseUrl} …`);
    const report = await runPhotos({ system, photos, progress: process.stdout, signal });
    say(`\n${renderReport(report)}`);
    return report.status.runtimeStatus === 'Completed' ? 0 : 1;
  };
  const running = (await findRunningSystems()).find(({ photoPorts }) => photoPorts.length > 0);
  if (running !== undefined) return await run(running);
  return await withOwnSystem({ say, signal }, run);
}

function guard(): AbortSignal {
  const late = new AbortController();
  const error = new StartError(`The run hasn't completed within ${guardMs / 1000} s.`);
  setTimeout(() => late.abort(error), guardMs).unref();
  return late.signal;
}
