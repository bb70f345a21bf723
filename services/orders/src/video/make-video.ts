import type { BlobRef, Handler } from '@tally/chain';
import type { Order } from '@tally/chains';
import type { RunFfmpeg } from '@tally/ffmpeg';
import { makeOrderClip } from './order-clip.ts';

/** Makes the order's clip. */
export function videoMaker(runFfmpeg: RunFfmpeg): Handler<Order, BlobRef> {
  return async ({ input, blobs, signal }) =>
    await blobs.put('order.mp4', await makeOrderClip(input, runFfmpeg, signal), 'video/mp4');
}
