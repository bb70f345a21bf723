import path from 'node:path';
import { buildService } from '@tally/build';
import type { Recorder } from './recorder.ts';
import type { Works } from './works.ts';

/**
 * One app for both chains, built when it is first needed. It has their graphs, queues and settings. Its
 * handlers only ask the recorder.
 * @param folder gets the built app
 */
export function recordedWorks(recorder: Recorder, folder: string): Works {
  const appDir = path.join(folder, 'works');
  let built: Promise<void> | undefined;
  return {
    appOf: async (app) => {
      built ??= buildService(path.resolve(import.meta.dirname, '../../works'), appDir);
      await built;
      return { appDir, env: { CHAOS_APP: app, CHAOS_RECORDER: recorder.url } };
    },
    atOnce: () => recorder.atOnce,
  };
}
