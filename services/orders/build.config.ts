import { ffmpegBundle } from '@tally/ffmpeg/build';
import { fontFileName, SCRIPTS, WEIGHTS } from './src/text/font-files.ts';

const fonts = WEIGHTS.flatMap((weight) => SCRIPTS.map((script) => fontFileName(script, weight)));

/**
 * What the built app needs beside the bundle of `src/main.ts`.
 *
 * - sharp is native: its package, the binary and libvips packages for the platform of the build travel as node_modules.
 * - FFmpeg runs in a thread, so that is an entry of its own, and its wasm file is read from disk.
 * - Fonts are read from disk; `src/text/font-files.ts` looks for them under these names.
 */
export const bundle = {
  entryPoints: ffmpegBundle.entryPoints,
  copyPackages: ['sharp'],
  assets: [
    ...ffmpegBundle.assets,
    ...fonts.map((name) => ({ from: `@fontsource/noto-sans/files/${name}`, to: `fonts/${name}` })),
  ],
};
