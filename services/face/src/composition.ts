import { DetectorPool } from './detector/detector-pool.ts';
import { findRuntimeFiles } from './detector/runtime-files.ts';
import { fetchImage } from './fetch/fetch-image.ts';
import type { DetectDependencies } from './handle-detect.ts';
import type { Settings } from './settings.ts';

/** Ten seconds for a download of at most 6 MB, redirects included. */
const fetchTimeoutMs = 10_000;

/**
 * The largest images take some eight seconds of a core. Two workers may have to end for an image, which must be told before callers give up
 * after a minute.
 */
const jobTimeoutMs = 25_000;

/**
 * Of address space that may be written to: a worker with its models has 950 MB of it, 380 of them in memory. The largest images that the
 * header's limits let through take half a gigabyte more.
 */
const workerMemoryMb = 1_600;

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
      workerMemoryMb,
      queueLimit,
      jobTimeoutMs,
      onWorkerGone,
    }),
    fetchImage: (url, signal) => fetchImage(url, { allowHosts, timeoutMs: fetchTimeoutMs }, signal),
  };
}
