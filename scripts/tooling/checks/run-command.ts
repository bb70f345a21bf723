import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** People read colours. In a log they are noise. */
const env = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1' };

/** Runs a command with our own terminal. Returns its exit code, or 128 + n if signal n ended it. */
export function runCommand([program, ...args]: readonly [string, ...string[]]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env });
    const forward = (signal: NodeJS.Signals): boolean => child.kill(signal);
    process.once('SIGTERM', forward);
    child.once('error', (error) => reject(new Error(`${program} could not be started`, { cause: error })));
    child.once('exit', (code, signal) => {
      process.removeListener('SIGTERM', forward);
      resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
    });
  });
}
