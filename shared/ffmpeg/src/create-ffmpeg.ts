import { checkCommand, defaultLimits, type FfmpegCommand, type FfmpegLimits, type FfmpegResult } from './command.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { runProgram } from './program/run-program.ts';
import { runWasm } from './wasm/run-wasm.ts';

/**
 * Runs one command. Commands wait for each other, because each takes a full core and up to a few hundred MB.
 * @throws FfmpegError that says what went wrong, with ffmpeg's last lines
 * @throws BusyError when its turn doesn't come in time
 * @throws TypeError for file names that aren't plain, RangeError for inputs beyond the limit
 * @throws the signal's reason when it fires
 */
export type RunFfmpeg = (command: FfmpegCommand) => Promise<FfmpegResult>;

export interface FfmpegOptions {
  /** The path of a native ffmpeg. Absent: the WebAssembly version. */
  readonly program?: string | undefined;
  readonly limits?: FfmpegLimits;
  /** How long a command waits for those before it, in milliseconds. */
  readonly turnMs?: number;
}

/**
 * A short command's turn comes by then. Behind a long command it is better to ask again later, since waiting
 * here uses up a try.
 */
const TURN_MS = 20_000;

/**
 * Called once in a process: the function that it returns has one queue. Nothing is loaded before the first
 * command.
 */
export function createFfmpeg({ program, limits = defaultLimits, turnMs = TURN_MS }: FfmpegOptions = {}): RunFfmpeg {
  const queue = new OneAtATime();
  return async (command) => {
    const checked = checkCommand(command, limits);
    const { timeoutMs, signal } = command;
    return await queue.run(
      async () =>
        program === undefined
          ? await runWasm(checked, timeoutMs, signal)
          : await runProgram(program, checked, timeoutMs, signal),
      { signal, turnMs },
    );
  };
}
