import { readFileSync } from 'node:fs';
import { mediaInfoFactory } from 'mediainfo.js';
import sharp, { type ChannelStats } from 'sharp';
import * as z from 'zod';

const trackSchema = z.object({
  '@type': z.string(),
  Format: z.string(),
  Duration: z.number().optional(),
  Width: z.number().optional(),
  Height: z.number().optional(),
});

/** What mediainfo says about a film's tracks, in their order, without the general track. */
export async function tracksOf(film: Uint8Array): Promise<z.infer<typeof trackSchema>[]> {
  const info = await mediaInfoFactory({ format: 'object' });
  const { media } = await info.analyzeData(film.length, (length, offset) => film.subarray(offset, offset + length));
  const tracks = z.array(z.looseObject({ '@type': z.string() })).parse(media?.track);
  return tracks.filter((track) => track['@type'] !== 'General').map((track) => trackSchema.parse(track));
}

/**
 * What a viewer sees of a picture: its size, its brightness (0 to 255), and how much its pixels differ from
 * each other.
 */
export async function lookAt(file: string) {
  const picture = sharp(readFileSync(file));
  const { format, width, height } = await picture.metadata();
  const { channels } = await picture.stats();
  const of = (value: (channel: ChannelStats) => number): number => Math.max(...channels.map(value));
  return { format, width, height, brightness: of(({ mean }) => mean), spread: of(({ stdev }) => stdev) };
}
