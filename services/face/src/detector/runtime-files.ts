import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Paths of files that the detector reads at run time. */
export interface RuntimeFiles {
  readonly worker: string;
  readonly modelFolder: string;
  /** Ends with a slash, as the wasm backend requires. */
  readonly wasmFolder: string;
}

/**
 * Finds the files in both forms of this service. Run from its source, they are in npm packages. In the built
 * folder (`dist/app.js`, `dist/face-worker.js`, `models/`, `wasm/`) they are where `build.config.ts` puts
 * them.
 */
export function findRuntimeFiles(): RuntimeFiles {
  return import.meta.url.endsWith('.ts') ? besideSource() : besideBundle();
}

function besideSource(): RuntimeFiles {
  const { resolve } = createRequire(import.meta.url);
  return {
    worker: fileURLToPath(new URL('./face-worker.ts', import.meta.url)),
    modelFolder: dirname(resolve('@vladmandic/face-api/model/ssd_mobilenetv1_model.bin')),
    wasmFolder: `${dirname(resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'))}/`,
  };
}

function besideBundle(): RuntimeFiles {
  return {
    worker: fileURLToPath(new URL('./face-worker.js', import.meta.url)),
    modelFolder: fileURLToPath(new URL('../models', import.meta.url)),
    wasmFolder: fileURLToPath(new URL('../wasm/', import.meta.url)),
  };
}
