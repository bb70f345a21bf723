/**
 * What the built app needs beside the bundle of `src/main.ts`. Tests prove that the built folder works on its
 * own.
 *
 * - sharp is native. Its package, its binary and the libvips packages for the build platform are copied as
 *   node_modules.
 * - The detector runs in worker processes, so it is an entry of its own (`dist/face-worker.js`).
 * - Models and wasm are read from disk at run time. `src/detector/runtime-files.ts` looks for them under
 *   these names.
 */
export const bundle = {
  entryPoints: ['src/detector/face-worker.ts'],
  external: ['sharp'],
  copyPackages: ['sharp'],
  assets: [
    ...['ssd_mobilenetv1_model', 'face_expression_model'].flatMap((model) => [
      { from: `@vladmandic/face-api/model/${model}.bin`, to: `models/${model}.bin` },
      {
        from: `@vladmandic/face-api/model/${model}-weights_manifest.json`,
        to: `models/${model}-weights_manifest.json`,
      },
    ]),
    // The backend picks one of the three, depending on the CPU.
    ...['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'].map(
      (file) => ({ from: `@tensorflow/tfjs-backend-wasm/dist/${file}`, to: `wasm/${file}` }),
    ),
  ],
};
