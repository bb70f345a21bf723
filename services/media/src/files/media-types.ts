import { FatalError } from '@tally/chain';
import { fileTypeFromBuffer } from 'file-type';

/** What is taken in, by media type, with the ending that its file gets in the library. */
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

/** The first bytes of a file that its type is told by: behind the tags of a song, with its cover, begins what it is. */
export const HEAD_BYTES = 2 ** 20;

/**
 * A file's media type, by what it holds and not by its name.
 * @param head the first {@link HEAD_BYTES} of it
 * @throws FatalError NotMedia
 */
export async function mediaTypeOf(head: Uint8Array): Promise<string> {
  const found = await fileTypeFromBuffer(head);
  const [type = ''] = (found?.mime ?? '').split(';');
  if (Object.hasOwn(ENDINGS, type)) return type;
  const what = found === undefined ? 'of no known type' : `of the type ${found.mime}`;
  throw new FatalError('NotMedia', `the file is ${what}, and no film and no sound that is taken in`);
}

/** The ending of a file of the type. */
export function endingOf(type: string): string {
  return ENDINGS[type] ?? 'bin';
}
