import { ffmpegBundle } from '@tally/ffmpeg/build';

/**
 * What the built app needs beside the bundle of `src/main.ts`.
 *
 * - FFmpeg runs in a thread, so it is an entry of its own. Its wasm file is read from disk.
 * - mediainfo.js is copied as a package. A bundler would take its browser form, which can't read its wasm
 *   file from disk.
 */
export const bundle = {
  entryPoints: ffmpegBundle.entryPoints,
  external: ['mediainfo.js'],
  copyPackages: ['mediainfo.js'],
  assets: ffmpegBundle.assets,
};
