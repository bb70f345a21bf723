import { FatalError } from '@tally/chain';
import { fileTypeFromBuffer } from 'file-type';

/** The accepted media types, with the file ending that each gets in the library. */
const ENDINGS: Readonly<Record<string, string>> = {
  'video/mp4': 'mp4',
  'video/x-m4v': 'm4v',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'video/matroska': 'mkv',
  'video/vnd.avi': 'avi',
  'video/ogg': 'ogv',
  'video/mpeg': 'mpg',
  'video/MP1S': 'mpg',
  'video/MP2P': 'mpg',
  'video/mp2t': 'ts',
  'video/3gpp': '3gp',
  'video/3gpp2': '3g2',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/x-m4a': 'm4a',
  'audio/aac': 'aac',
  'audio/wav': 'wav',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/aiff': 'aiff',
};

/**
 * The number of first bytes that determine a file's type. A song's data begins after its tags, which include
 * its cover.
 */
export const HEAD_BYTES = 2 ** 20;

/**
 * Detects a file's media type from its content, not from its name.
 * @param head the first {@link HEAD_BYTES} of it
 * @throws FatalError NotMedia
 */
export async function mediaTypeOf(head: Uint8Array): Promise<string> {
  const found = await fileTypeFromBuffer(head);
  const [type = ''] = (found?.mime ?? '').split(';');
  if (Object.hasOwn(ENDINGS, type)) return type;
  const what = found === undefined ? 'of an unknown type' : `of the type ${found.mime}`;
  throw new FatalError('NotMedia', `the file is ${what}, not a supported film or sound`);
}

/** The file ending for a media type. */
export function endingOf(type: string): string {
  return ENDINGS[type] ?? 'bin';
}
