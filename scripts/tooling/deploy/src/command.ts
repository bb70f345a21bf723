import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export type Command = readonly [string, ...string[]];

/** Carries out the steps of a deployment: it runs programs, and does some steps itself. */
export interface Executor {
  /** True: every step is printed and none is done. */
  readonly isDryRun: boolean;
  /** Runs a program whose output is for the person. @throws DeployError when it fails */
  run(command: Command): Promise<void>;
  /**
   * Runs a program whose output is needed. In a dry run the answer is the placeholder.
   * @throws DeployError when it fails
   */
  read(command: Command, placeholder: string): Promise<string>;
  /** Does a step in this process. `what` describes it. */
  act<Value>(what: string, act: () => Promise<Value>, placeholder: Value): Promise<Value>;
  say(text: string): void;
  /** Waits. */
  pause(ms: number): Promise<void>;
}

/** The deployment can't go on. The message says why, and what to do. */
export class DeployError extends Error {
  override readonly name = 'DeployError';
}

/** The command as a person would type it in a POSIX shell. */
export function commandText(command: Command): string {
  return command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

export function dryRun(print: (line: string) => void): Executor {
  return {
    isDryRun: true,
    run: async (command) => print(commandText(command)),
    read: async (command, placeholder) => {
      print(commandText(command));
      return placeholder;
    },
    act: async (what, _, placeholder) => {
      print(`# ${what}`);
      return placeholder;
    },
    say: () => {},
    pause: async () => {},
  };
}

export function realRun(print: (line: string) => void): Executor {
  return {
    isDryRun: false,
    run: async (command) => {
      print(`$ ${commandText(command)}`);
      await spawned(command, 'inherit');
    },
    read: async (command) => await spawned(command, 'pipe'),
    act: async (what, act) => {
      print(what);
      return await act();
    },
    say: print,
    pause: async (ms) => await sleep(ms),
  };
}

async function spawned(command: Command, output: 'inherit' | 'pipe'): Promise<string> {
  const isWindows = process.platform === 'win32';
  const [program, ...args] = command;
  // az is a .cmd file on Windows. Only a shell can start it, and words reach the shell without quotes.
  const words = isWindows ? args.map((word) => (/[\s&|<>^"]/.test(word) ? `"${word}"` : word)) : args;
  return await new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ['inherit', output, 'pipe'], shell: isWindows });
    let text = '';
    let errors = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      errors += part;
      if (output === 'inherit') process.stderr.write(part);
    });
    child.once('error', (cause) => reject(new DeployError(`${program} could not be started`, { cause })));
    child.once('close', (code) => {
      if (code === 0) resolve(text.trim());
      else reject(new DeployError(`${commandText(command)} ended with ${code}: ${errors.trim()}`));
    });
  });
}
