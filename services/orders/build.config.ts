import { ffmpegBundle } from '@tally/ffmpeg/build';
import { fontFileName, SCRIPTS, WEIGHTS } from './src/text/font-files.ts';

const fonts = WEIGHTS.flatMap((weight) => SCRIPTS.map((script) => fontFileName(script, weight)));

/**
 * What the built app needs beside the bundle of `src/main.ts`.
 *
 * - sharp is native. Its package, its binary and the libvips packages for the build platform are copied as
 *   node_modules.
 * - FFmpeg runs in a thread, so it is an entry of its own. Its wasm file is read from disk.
 * - Fonts are read from disk. `src/text/font-files.ts` looks for them under these names.
 */
export const bundle = {
  entryPoints: ffmpegBundle.entryPoints,
  copyPackages: ['sharp'],
  assets: [
    ...ffmpegBundle.assets,
    ...fonts.map((name) => ({ from: `@fontsource/noto-sans/files/${name}`, to: `fonts/${name}` })),
  ],
};
