import { FatalError } from '@tally/chain';
import type { Metadata } from '@tally/chains';
import { type AudioTrack, type GeneralTrack, mediaInfoFactory, type Track, type VideoTrack } from 'mediainfo.js';

/** Bytes per read. For most files the first and last bytes are enough. */
const CHUNK_BYTES = 2 ** 18;

const MAX_CHARS = 100;

/** Reads `length` bytes from `offset` on; fewer at the end. */
export type ReadRange = (length: number, offset: number) => Promise<Uint8Array>;

/**
 * Determines length, size and codecs of a media file. It reads only the parts that contain them.
 * @throws FatalError UnreadableMedia; what `read` throws
 */
export async function describeMedia(bytes: number, read: ReadRange): Promise<Metadata> {
  const info = await mediaInfoFactory({ format: 'object', chunkSize: CHUNK_BYTES });
  try {
    const { media } = await info.analyzeData(bytes, read);
    return metadataOf(media?.track ?? []);
  } finally {
    info.close();
  }
}

function metadataOf(tracks: readonly Track[]): Metadata {
  const general = tracks.find((track): track is GeneralTrack => track['@type'] === 'General');
  const video = tracks.find((track): track is VideoTrack => track['@type'] === 'Video');
  const audio = tracks.find((track): track is AudioTrack => track['@type'] === 'Audio');
  if (general?.Format === undefined || (video === undefined && audio === undefined)) {
    throw new FatalError('UnreadableMedia', 'the file has no readable film or sound');
  }
  return {
    format: words(general.Format) ?? '',
    seconds: number(general.Duration, 0),
    width: whole(video?.Width),
    height: whole(video?.Height),
    videoCodec: words(video?.Format),
    audioCodec: words(audio?.Format),
  };
}

// The values in a stranger's file may be anything.

function words(text: string | undefined): string | null {
  return text === undefined
    ? null
    : text
        .replace(/\p{Cc}/gu, ' ')
        .slice(0, MAX_CHARS)
        .toWellFormed();
}

function number(value: number | undefined, least: number): number | null {
  return value !== undefined && Number.isFinite(value) && value >= least ? value : null;
}

function whole(value: number | undefined): number | null {
  const found = number(value, 1);
  return found === null ? null : Math.round(found);
}
