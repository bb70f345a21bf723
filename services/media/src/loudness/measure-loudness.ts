import type { BlobStore } from '@tally/blobs';
import type { BlobRef, Handler } from '@tally/chain';
import type { Loudness } from '@tally/chains';
import type { RunFfmpeg } from '@tally/ffmpeg';
import { runOrExplain } from '../ffmpeg/run-or-explain.ts';
import { readWhole } from '../files/read-blob.ts';
import { describeMedia } from '../metadata/describe-media.ts';
import type { MediaSettings } from '../settings.ts';

const TIMEOUT_MS = 7 * 60_000;

/** EBU R 128 counts anything up to this level as silence: its first gate. */
const SILENCE_LUFS = -70;

/** Measures a file's integrated loudness by EBU R 128. */
export function measureLoudness(
  store: BlobStore,
  runFfmpeg: RunFfmpeg,
  { maxBytes }: Pick<MediaSettings, 'maxBytes'>,
): Handler<{ readonly file: BlobRef }, Loudness> {
  return async ({ input: { file }, signal }) => {
    const film = await readWhole(store, file, { maxBytes, signal });
    const { audioCodec } = await describeMedia(film.byteLength, async (length, offset) =>
      film.subarray(offset, offset + length),
    );
    if (audioCodec === null) return { lufs: null };
    const { lines } = await runOrExplain(runFfmpeg, {
      inputs: new Map([['film.mp4', film]]),
      args: ['-i', 'film.mp4', '-map', '0:a:0', '-af', 'ebur128=framelog=verbose', '-f', 'null', '-'],
      outputs: [],
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    return { lufs: readLoudness(lines) };
  };
}

/**
 * Reads the integrated loudness from ffmpeg's summary; null for silence.
 * @throws Error when there is none
 */
export function readLoudness(lines: readonly string[]): number | null {
  const found = lines.map((line) => /^\s*I:\s+(-?(?:\d+(?:\.\d+)?|inf)|nan) LUFS/.exec(line)?.[1]).findLast(Boolean);
  if (found === undefined) throw new Error("ffmpeg's output has no loudness");
  const lufs = Number(found);
  return Number.isFinite(lufs) && lufs > SILENCE_LUFS ? lufs : null;
}
