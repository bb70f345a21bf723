// Main thread and workers share sharp's libraries: on glibc they are unloaded with the first worker that ends unless the main
// thread holds them, and the next worker then fails to load them.
import 'sharp';
import { DetectorPool } from './detector/detector-pool.ts';
import { findRuntimeFiles } from './detector/runtime-files.ts';
import { fetchImage } from './fetch/fetch-image.ts';
import type { DetectDependencies } from './handle-detect.ts';
import type { Settings } from './settings.ts';

/** Ten seconds for a download of at most 6 MB, redirects included. */
const fetchTimeoutMs = 10_000;

const jobTimeoutMs = 60_000;

export interface FaceService extends DetectDependencies {
  readonly pool: DetectorPool;
}

/** Puts the service together. Workers start with `pool.start()`, or with the first call. */
export function composeFaceService(settings: Settings, onWorkerGone: (cause: Error) => void): FaceService {
  const { worker, modelFolder, wasmFolder } = findRuntimeFiles();
  const { key, confidence, temperature, workers, queueLimit, allowHosts } = settings;
  return {
    key,
    pool: new DetectorPool({
      workerFile: worker,
      workerStart: { modelFolder, wasmFolder, confidence, temperature },
      workers,
      queueLimit,
      jobTimeoutMs,
      onWorkerGone,
    }),
    fetchImage: (url, signal) => fetchImage(url, { allowHosts, timeoutMs: fetchTimeoutMs }, signal),
  };
}
