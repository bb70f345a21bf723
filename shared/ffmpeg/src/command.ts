/**
 * The input and output of one call of ffmpeg. All files are in memory, under names that the caller chooses.
 */
export interface FfmpegCommand {
  /** The input files, by their names in `args`. The caller chooses the names, never a stranger. */
  readonly inputs?: ReadonlyMap<string, Uint8Array>;
  /** As on a command line, without the program's name. */
  readonly args: readonly string[];
  /** The names of the files that `args` write and the result contains. */
  readonly outputs: readonly string[];
  /** The time limit of the command itself. Waiting for its turn doesn't count. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface FfmpegResult {
  readonly outputs: ReadonlyMap<string, Uint8Array>;
  /**
   * The last lines that ffmpeg printed, at most 1,000. Filters such as ebur128 print their measurements
   * there.
   */
  readonly lines: readonly string[];
}

export interface FfmpegLimits {
  /** The limit for all inputs of a command together. */
  readonly inputBytes: number;
  /** The limit for each output. ffmpeg stops there, and the command fails. */
  readonly outputBytes: number;
}

/** Inputs and outputs are in memory twice for a moment, on machines with 2 GB. */
export const defaultLimits: FfmpegLimits = { inputBytes: 256 * 2 ** 20, outputBytes: 256 * 2 ** 20 };

/** A command that passed the checks, as each way of running ffmpeg gets it. */
export interface CheckedCommand {
  readonly inputs: ReadonlyMap<string, Uint8Array>;
  readonly args: readonly string[];
  readonly outputs: readonly string[];
  readonly outputBytes: number;
}

const FILE_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;

/**
 * @throws TypeError for a name that isn't a plain file name, or that names both an input and an output
 * @throws RangeError when the inputs are too large
 */
export function checkCommand(command: FfmpegCommand, limits: FfmpegLimits): CheckedCommand {
  const inputs = command.inputs ?? new Map<string, Uint8Array>();
  for (const name of [...inputs.keys(), ...command.outputs]) {
    if (!FILE_NAME.test(name)) throw new TypeError(`"${name}" is not a plain file name`);
  }
  const both = command.outputs.find((name) => inputs.has(name));
  if (both !== undefined) throw new TypeError(`"${both}" is an input and an output`);
  const total = [...inputs.values()].reduce((sum, bytes) => sum + bytes.byteLength, 0);
  if (total > limits.inputBytes) {
    throw new RangeError(`the inputs are ${total} bytes, more than the ${limits.inputBytes} that one command takes`);
  }
  const args = boundedArgs(command.args, command.outputs, limits.outputBytes);
  return { inputs, args, outputs: command.outputs, outputBytes: limits.outputBytes };
}

/**
 * A stranger's file may be a playlist that names addresses, so inputs may only read files, whatever they say.
 * Each output has a limit.
 */
function boundedArgs(args: readonly string[], outputs: readonly string[], outputBytes: number): string[] {
  return args.flatMap((arg, at) => {
    if (arg === '-i') return ['-protocol_whitelist', 'file', arg];
    if (outputs.includes(arg) && args[at - 1] !== '-i') return ['-fs', String(outputBytes), arg];
    return [arg];
  });
}
