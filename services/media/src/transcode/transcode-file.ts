import type { BlobStore } from '@tally/blobs';
import { type BlobRef, FatalError, type Handler } from '@tally/chain';
import type { Metadata } from '@tally/chains';
import type { RunFfmpeg } from '@tally/ffmpeg';
import { onlyOutput, runOrExplain } from '../ffmpeg/run-or-explain.ts';
import { readWhole } from '../files/read-blob.ts';
import { describeMedia } from '../metadata/describe-media.ts';
import type { MediaSettings } from '../settings.ts';

/** A minute less than a try has, because the file is read before and written after. */
const TIMEOUT_MS = 8 * 60_000;

/** Larger pictures are scaled down to this. None is enlarged. */
const WIDTH = 1_280;
const HEIGHT = 720;

/** A little over 8K. No memory here would hold such pictures. */
const MAX_PIXELS = 34_000_000;

/**
 * Makes a version of a file that every browser plays: H.264 with AAC in an MP4, at most 1280 x 720. For a
 * sound file it makes only the sound.
 */
export function transcodeFile(
  store: BlobStore,
  runFfmpeg: RunFfmpeg,
  settings: Pick<MediaSettings, 'maxBytes' | 'maxSeconds'>,
): Handler<{ readonly file: BlobRef; readonly type: string }, BlobRef> {
  return async ({ input: { file }, blobs, signal }) => {
    const source = await readWhole(store, file, { maxBytes: settings.maxBytes, signal });
    const metadata = await describeMedia(source.byteLength, async (length, offset) =>
      source.subarray(offset, offset + length),
    );
    checkBounds(metadata, settings.maxSeconds);
    const result = await runOrExplain(runFfmpeg, {
      inputs: new Map([['source', source]]),
      args: ['-i', 'source', ...conversionOf(metadata), '-t', String(settings.maxSeconds), ...plain, 'web.mp4'],
      outputs: ['web.mp4'],
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    return await blobs.put('web.mp4', onlyOutput(result), 'video/mp4');
  };
}

/**
 * Checks the limits. For a file that doesn't state its values, ffmpeg's own options set them.
 * @throws FatalError TooLong, TooManyPixels
 */
function checkBounds({ seconds, width, height }: Metadata, maxSeconds: number): void {
  if (seconds !== null && seconds > maxSeconds) {
    const message = `the file is ${Math.ceil(seconds)} s long; at most ${maxSeconds} s are converted (TALLY_MEDIA_MAX_SECONDS)`;
    throw new FatalError('TooLong', message);
  }
  if ((width ?? 0) * (height ?? 0) > MAX_PIXELS) {
    throw new FatalError(
      'TooManyPixels',
      `the film is ${width} x ${height}; at most ${MAX_PIXELS} pixels are converted`,
    );
  }
}

function conversionOf({ videoCodec, audioCodec }: Metadata): string[] {
  // Both sides must be even: H.264 in the colour format that all players support can't have odd ones.
  const fitted = `scale=w='min(${WIDTH},iw)':h='min(${HEIGHT},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2`;
  const picture = ['-map', '0:v:0', '-vf', `${fitted},format=yuv420p`, '-c:v', 'libx264', '-preset', 'veryfast'];
  const sound = ['-map', '0:a:0', '-c:a', 'aac', '-ac', '2', '-ar', '48000'];
  return [...(videoCodec === null ? [] : picture), ...(audioCodec === null ? [] : sound)];
}

/** Playable before it is fully loaded; without chapters, subtitles or a stranger's metadata. */
const plain = ['-sn', '-dn', '-map_metadata', '-1', '-map_chapters', '-1', '-movflags', '+faststart'];
