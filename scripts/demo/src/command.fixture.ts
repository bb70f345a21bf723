import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { waitUntil } from '@tally/testing';

/** Starting a system may include building its apps, on a machine that is busy with other tests. */
export const commandGuardMs = 300_000;

/** A command of the repository in a process of its own. The test must see to its end. */
export function runCommand(name: 'start' | 'demo' | 'tally', args: readonly string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', '..', name, 'main.ts'), ...args], {
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    all += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    all += text;
  });
  let isOver = false;
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      isOver = true;
      resolve(code);
    });
  });
  return {
    /** What it has printed to standard output. */
    output: () => output,
    /** Errors included. */
    all: () => all,
    ended,
    interrupt: () => void child.kill('SIGINT'),
    printed: async (pattern: RegExp): Promise<RegExpExecArray> => {
      const find = () => {
        const match = pattern.exec(output);
        if (match === null && isOver) throw new Error(`${name} ended without printing ${pattern}:\n${all}`);
        return match;
      };
      return await waitUntil(find, { describe: `${name} prints ${pattern}`, hangGuardMs: commandGuardMs });
    },
  };
}
