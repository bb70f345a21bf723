/**
 * Why a command gave no result. `failed`: ffmpeg refused, for example because it can't read the file.
 * `crashed`: it ended without an answer. `timedOut`: it took too long. `tooLarge`: an output exceeded the
 * limit. `unavailable`: it doesn't start at all.
 */
export type FfmpegProblem = 'failed' | 'crashed' | 'timedOut' | 'tooLarge' | 'unavailable';

/** How many of ffmpeg's last lines an error's message quotes. */
const QUOTED = 5;

export class FfmpegError extends Error {
  override readonly name = 'FfmpegError';
  readonly problem: FfmpegProblem;
  /** The last lines that ffmpeg printed. */
  readonly lines: readonly string[];

  constructor(problem: FfmpegProblem, message: string, lines: readonly string[] = [], options?: ErrorOptions) {
    const quoted = lines.slice(-QUOTED).join('\n');
    super(quoted === '' ? message : `${message}:\n${quoted}`, options);
    this.problem = problem;
    this.lines = lines;
  }
}
