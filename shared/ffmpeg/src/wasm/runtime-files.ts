import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The paths of files that are read at run time. */
export interface RuntimeFiles {
  readonly worker: string;
  readonly wasm: string;
}

/**
 * Finds the files in both forms. Run from source, they are in their packages. In a built service they are
 * where `../build.ts` puts them.
 */
export function findRuntimeFiles(): RuntimeFiles {
  if (import.meta.url.endsWith('.ts')) {
    return {
      worker: fileURLToPath(new URL('./ffmpeg-worker.ts', import.meta.url)),
      wasm: createRequire(import.meta.url).resolve('@ffmpeg/core/wasm'),
    };
  }
  return {
    worker: fileURLToPath(new URL('./ffmpeg-worker.js', import.meta.url)),
    wasm: fileURLToPath(new URL('../wasm/ffmpeg-core.wasm', import.meta.url)),
  };
}
