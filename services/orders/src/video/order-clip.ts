import type { Order } from '@tally/chains';
import type { RunFfmpeg } from '@tally/ffmpeg';
import { drawWatermark, type FrameSize } from './watermark.ts';

const FRAME: FrameSize = { width: 320, height: 240 };
const SECONDS = 3;

/** It takes about two seconds on one core. After this long, something hangs. */
const TIMEOUT_MS = 120_000;

/**
 * Makes a short clip in H.264, overlaid with the order's number and its customer's name. The same order makes
 * the same bytes.
 */
export async function makeOrderClip(order: Order, runFfmpeg: RunFfmpeg, signal?: AbortSignal): Promise<Uint8Array> {
  const mark = await drawWatermark(`Order ${order.number}`, order.customer.name, FRAME);
  const source = `testsrc2=size=${FRAME.width}x${FRAME.height}:rate=25:duration=${SECONDS}`;
  const { outputs } = await runFfmpeg({
    inputs: new Map([['mark.png', mark]]),
    args: [
      ...['-f', 'lavfi', '-i', source, '-i', 'mark.png'],
      // The only colour format that players and phones support.
      ...['-filter_complex', '[0:v][1:v]overlay=format=auto,format=yuv420p', '-c:v', 'libx264', '-preset', 'veryfast'],
      // Playable before it is fully loaded, and without the date or version of its encoder.
      ...['-movflags', '+faststart', '-fflags', '+bitexact', '-flags:v', '+bitexact', 'clip.mp4'],
    ],
    outputs: ['clip.mp4'],
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  const clip = outputs.get('clip.mp4');
  if (clip === undefined) throw new Error('ffmpeg wrote no clip');
  return clip;
}
