import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Files that are read at run time, as paths. */
export interface RuntimeFiles {
  readonly worker: string;
  readonly wasm: string;
}

/** Finds them in either form: run from the source they lie in their packages, in a built service where `../build.ts` puts them. */
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
