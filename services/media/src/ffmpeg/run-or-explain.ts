import { FatalError } from '@tally/chain';
import { type FfmpegCommand, FfmpegError, type FfmpegResult, type RunFfmpeg } from '@tally/ffmpeg';

const MAX_CHARS = 300;

/**
 * Runs ffmpeg. What it says about a file is final: it would say the same the next time.
 * @throws FatalError CannotConvert, ResultTooLarge; an FfmpegError that may pass; the signal's reason
 */
export async function runOrExplain(runFfmpeg: RunFfmpeg, command: FfmpegCommand): Promise<FfmpegResult> {
  try {
    return await runFfmpeg(command);
  } catch (error) {
    if (!(error instanceof FfmpegError)) throw error;
    const message = error.message.replace(/\s+/g, ' ').slice(0, MAX_CHARS);
    if (error.problem === 'failed') throw new FatalError('CannotConvert', message, { cause: error });
    if (error.problem === 'tooLarge') throw new FatalError('ResultTooLarge', message, { cause: error });
    throw error;
  }
}

/** The only file that a command was to write. */
export function onlyOutput({ outputs }: FfmpegResult): Uint8Array {
  const [file] = outputs.values();
  if (file === undefined) throw new Error('ffmpeg wrote no file');
  return file;
}
