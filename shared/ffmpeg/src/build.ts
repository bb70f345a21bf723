/**
 * What a service that runs ffmpeg adds to its `build.config.ts`: a bundle for the worker thread, and the wasm
 * file that `wasm/runtime-files.ts` looks for under this name.
 */
export const ffmpegBundle = {
  entryPoints: ['../../shared/ffmpeg/src/wasm/ffmpeg-worker.ts'],
  assets: [{ from: '@ffmpeg/core/dist/esm/ffmpeg-core.wasm', to: 'wasm/ffmpeg-core.wasm' }],
};
