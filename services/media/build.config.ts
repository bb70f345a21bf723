import { ffmpegBundle } from '@tally/ffmpeg/build';

/**
 * What the built app needs beside the bundle of `src/main.ts`.
 *
 * - FFmpeg runs in a thread, so that is an entry of its own, and its wasm file is read from disk.
 * - mediainfo.js travels as a package: a bundler takes its form for browsers, which can't read its wasm file from disk.
 */
export const bundle = {
  entryPoints: ffmpegBundle.entryPoints,
  external: ['mediainfo.js'],
  copyPackages: ['mediainfo.js'],
  assets: ffmpegBundle.assets,
};
