/**
 * Why a command brought no result. `failed`: ffmpeg said no, as it does to a file that it can't read; `crashed`: it ended without an answer; `timedOut`;
 * `tooLarge`: an output went over the limit; `unavailable`: it doesn't start at all.
 */
export type FfmpegProblem = 'failed' | 'crashed' | 'timedOut' | 'tooLarge' | 'unavailable';

/** How many of ffmpeg's last lines an error's message quotes. */
const QUOTED = 5;

export class FfmpegError extends Error {
  override readonly name = 'FfmpegError';
  readonly problem: FfmpegProblem;
  /** What ffmpeg said last. */
  readonly lines: readonly string[];

  constructor(problem: FfmpegProblem, message: string, lines: readonly string[] = [], options?: ErrorOptions) {
    const quoted = lines.slice(-QUOTED).join('\n');
    super(quoted === '' ? message : `${message}:\n${quoted}`, options);
    this.problem = problem;
    this.lines = lines;
  }
}
