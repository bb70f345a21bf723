import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The wasm file of mediainfo, in either form: run from the source it lies in its package, in the built service where `build.config.ts` puts it. */
export function mediaInfoWasm(): string {
  return import.meta.url.endsWith('.ts')
    ? createRequire(import.meta.url).resolve('mediainfo.js/MediaInfoModule.wasm')
    : fileURLToPath(new URL('../wasm/MediaInfoModule.wasm', import.meta.url));
}
