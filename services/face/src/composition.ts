import { DetectorPool } from './detector/detector-pool.ts';
import { findRuntimeFiles } from './detector/runtime-files.ts';
import { fetchImage } from './fetch/fetch-image.ts';
import type { DetectDependencies } from './handle-detect.ts';
import type { Settings } from './settings.ts';

/** Ten seconds for a download of at most 6 MB, redirects included. */
const fetchTimeoutMs = 10_000;

/**
 * The largest images take about eight seconds of a core. An image may end two workers. The caller must learn
 * that before it gives up after a minute.
 */
const jobTimeoutMs = 25_000;

/**
 * The limit of writable address space. A worker with its models has 950 MB of it, 380 of them in memory. The
 * largest images that pass the header's limits take half a gigabyte more.
 */
const workerMemoryMb = 1_600;

export interface FaceService extends DetectDependencies {
  readonly pool: DetectorPool;
}

/** Composes the service. Workers start with `pool.start()`, or with the first call. */
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
    fetchImage: (url) => fetchImage(url, { allowHosts, timeoutMs: fetchTimeoutMs }),
  };
}
