import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from './wait-until.ts';

/** The repository that this file is in. */
const root = join(import.meta.dirname, '..', '..', '..');

/** Starting a system may include building the apps, on a machine busy with other tests. */
export const commandGuardMs = 300_000;

/** How long a test waits for a command's end: less than the test's own time, which would not tell what was printed. */
const HANG_MS = 240_000;

/** A command of the repository in a separate process, as a person runs it in a terminal. */
export interface RunningCommand {
  /** Everything that it has printed so far, including errors. */
  output(): string;
  /** What it has printed to standard output. */
  stdout(): string;
  /**
   * Waits until the output matches.
   * @throws Error with the output, if the command ends before that
   */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  signal(name: NodeJS.Signals): void;
  /**
   * Waits for its exit code.
   * @throws Error with the output when it doesn't end
   */
  readonly ended: () => Promise<number | null>;
}

/**
 * Runs `node scripts/commands/<name>/main.ts`. The test must make sure that it ends.
 * @param clone the folder of another clone
 */
export function runCommandLine(
  name: 'start' | 'demo' | 'tally',
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  clone = root,
): RunningCommand {
  const child = spawn(process.execPath, [join(clone, 'scripts/commands', name, 'main.ts'), ...args], {
    cwd: clone,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  let isOver = false;
  // Unlike `exit`, it comes after all of the output.
  const closed = once(child, 'close').then(() => {
    isOver = true;
    return child.exitCode;
  });
  const hang = async (): Promise<never> => {
    await sleep(HANG_MS, undefined, { ref: false });
    throw new Error(`${name} ${args.join(' ')} has not ended after ${HANG_MS / 1000} s:\n${output}`);
  };
  return {
    output: () => output,
    stdout: () => stdout,
    printed: async (pattern) => {
      const find = () => {
        const match = pattern.exec(output);
        if (match === null && isOver) throw new Error(`${name} ended without printing ${pattern}:\n${output}`);
        return match;
      };
      return await waitUntil(find, { describe: `${name} prints ${pattern}`, hangGuardMs: commandGuardMs });
    },
    signal: (signal) => void child.kill(signal),
    ended: async () => await Promise.race([closed, hang()]),
  };
}
