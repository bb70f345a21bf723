import { faceHappiness } from '@tally/chains';
import { filePhoto, findTargetSystem, renderReport, runPhotos, type TargetSystem } from '@tally/cli';
import { findRunningSystems, samplePhotos } from '@tally/start';
import { guard } from '../system/guard.ts';
import { withOwnSystem } from '../system/own-system.ts';
import { say } from '../system/say.ts';

export interface PhotoDemoOptions {
  /** The system to use. */
  readonly url?: string;
  /** Never use a system that already runs. */
  readonly own?: true;
}

/** The complete demo takes about twenty seconds. A run that needs longer than this hangs. */
const guardMs = 180_000;

/** @returns the exit code */
export async function runPhotoDemo(options: PhotoDemoOptions, interrupt: AbortSignal): Promise<number> {
  const signal = AbortSignal.any([interrupt, guard(guardMs)]);
  const system = await chooseSystem(options);
  if (system !== undefined) return await sendSamples(system, signal);
  const parts = 'storage, face service, intake, detect, aggregate';
  return await withOwnSystem({ chains: [faceHappiness.definition.name], parts, signal }, ({ baseUrl, face }) => {
    const photoPorts = face.kind === 'local' ? face.photoPorts : [];
    return sendSamples({ baseUrl, photoPorts }, signal);
  });
}

async function chooseSystem({ url, own }: PhotoDemoOptions): Promise<TargetSystem | undefined> {
  if (url !== undefined) return await findTargetSystem(url);
  if (own === true) return undefined;
  // A system that uses another Face endpoint can't read the samples.
  return (await findRunningSystems()).find(({ photoPorts }) => photoPorts.length > 0);
}

async function sendSamples(system: TargetSystem, signal: AbortSignal): Promise<number> {
  const photos = samplePhotos().map(filePhoto);
  say(`Sending ${photos.length} sample photos through ${system.baseUrl} …`);
  const report = await runPhotos({ system, photos, progress: process.stdout, signal });
  say(`\n${renderReport(report)}`);
  return report.status.runtimeStatus === 'Completed' ? 0 : 1;
}
