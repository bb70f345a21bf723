import { filePhoto, findTargetSystem, renderReport, runPhotos, type TargetSystem } from '@tally/cli';
import { findRunningSystems, StartError, samplePhotos } from '@tally/start';
import { withOwnSystem } from './own-system.ts';

export interface DemoOptions {
  /** The system to use. */
  readonly url?: string;
  /** Never one that runs already. */
  readonly own?: true;
}

/** The whole demo takes some twenty seconds; a run that isn't through by then hangs, and the demo says so. */
const guardMs = 180_000;

/** @returns the exit code */
export async function runDemo(options: DemoOptions, interrupt: AbortSignal): Promise<number> {
  const signal = AbortSignal.any([interrupt, guard()]);
  const system = await chooseSystem(options);
  if (system !== undefined) return await sendSamples(system, signal);
  return await withOwnSystem({ say, signal }, (own) => sendSamples(own, signal));
}

async function chooseSystem({ url, own }: DemoOptions): Promise<TargetSystem | undefined> {
  if (url !== undefined) return await findTargetSystem(url);
  if (own === true) return undefined;
  // One that uses another Face endpoint can't look at the samples.
  return (await findRunningSystems()).find(({ photoPorts }) => photoPorts.length > 0);
}

async function sendSamples(system: TargetSystem, signal: AbortSignal): Promise<number> {
  const photos = samplePhotos().map(filePhoto);
  say(`Sending ${photos.length} sample photos through ${system.baseUrl} …`);
  const report = await runPhotos({ system, photos, progress: process.stdout, signal });
  say(`\n${renderReport(report)}`);
  return report.status.runtimeStatus === 'Completed' ? 0 : 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function guard(): AbortSignal {
  const late = new AbortController();
  const error = new StartError(`The run hasn't completed within ${guardMs / 1000} s.`);
  setTimeout(() => late.abort(error), guardMs).unref();
  return late.signal;
}
