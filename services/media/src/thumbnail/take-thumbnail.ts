import type { BlobStore } from '@tally/blobs';
import type { BlobRef, Handler } from '@tally/chain';
import type { RunFfmpeg } from '@tally/ffmpeg';
import { onlyOutput, runOrExplain } from '../ffmpeg/run-or-explain.ts';
import { readWhole } from '../files/read-blob.ts';
import { describeMedia } from '../metadata/describe-media.ts';
import type { MediaSettings } from '../settings.ts';

const TIMEOUT_MS = 3 * 60_000;

const WIDTH = 480;
const HEIGHT = 270;

/**
 * ffmpeg in WebAssembly runs out of memory on some pictures if its encoder makes tables for the picture. The
 * standard tables make the file a little larger.
 */
const asJpeg = ['-q:v', '4', '-huffman', 'default'];

/**
 * Takes a picture from a film, or the waveform of a sound, as a JPEG of at most 480 x 270. The picture is
 * taken a tenth of the way in, because many films begin black.
 */
export function takeThumbnail(
  store: BlobStore,
  runFfmpeg: RunFfmpeg,
  { maxBytes }: Pick<MediaSettings, 'maxBytes'>,
): Handler<{ readonly file: BlobRef }, BlobRef> {
  return async ({ input: { file }, blobs, signal }) => {
    const film = await readWhole(store, file, { maxBytes, signal });
    const { seconds, videoCodec } = await describeMedia(film.byteLength, async (length, offset) =>
      film.subarray(offset, offset + length),
    );
    const picture = videoCodec === null ? wavesOf() : frameOf(seconds ?? 0);
    const result = await runOrExplain(runFfmpeg, {
      inputs: new Map([['film.mp4', film]]),
      args: [...picture, '-frames:v', '1', ...asJpeg, 'thumbnail.jpg'],
      outputs: ['thumbnail.jpg'],
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    return await blobs.put('thumbnail.jpg', onlyOutput(result), 'image/jpeg');
  };
}

function frameOf(seconds: number): string[] {
  const fitted = `scale=w='min(${WIDTH},iw)':h='min(${HEIGHT},ih)':force_original_aspect_ratio=decrease`;
  return ['-ss', (seconds / 10).toFixed(3), '-i', 'film.mp4', '-map', '0:v:0', '-vf', fitted];
}

function wavesOf(): string[] {
  return ['-i', 'film.mp4', '-filter_complex', `[0:a:0]showwavespic=s=${WIDTH}x${HEIGHT}:colors=white`];
}
