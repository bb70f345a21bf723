// Runs a command of this repository with the tools that package-lock.json pins, Node 24 among them. Installs
// them first if needed. Plain JavaScript without dependencies, because it must run in a bare clone on Node
// 20.
//
//   node scripts/tooling/setup/launch.mjs <program> [argument …]

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { binFolder, ensureInstalled, isInstalled, pinnedNode, root } from './install.mjs';

/** Signals that end a command. Each is passed to the command, so that it can stop what it has started. */
/** @type {NodeJS.Signals[]} */
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** How often the launcher checks whether npm is still running. */
const orphanCheckMs = 500;

/** A signal came before the command was started. */
class EndedBySignal extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(signal);
    this.exitCode = exitCodeOf(signal);
  }
}

/** @param {string[]} command */
async function launch([program, ...args]) {
  if (program === undefined) throw new Error('Usage: node scripts/tooling/setup/launch.mjs <program> [argument …]');
  const help = helpFor(args);
  if (help !== undefined && !isInstalled()) {
    console.log(help);
    return;
  }
  const stop = new AbortController();
  /** @type {(signal: NodeJS.Signals) => void} */
  let onStop = (signal) => stop.abort(new EndedBySignal(signal));
  watchForStop((signal) => onStop(signal));
  await ensureInstalled(stop.signal);
  stop.signal.throwIfAborted();
  const child = spawn(program === 'node' ? pinnedNode() : program, args, {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${binFolder}${delimiter}${process.env['PATH'] ?? ''}`,
      // turbo: no anonymous usage statistics, no hints about newer versions.
      TURBO_TELEMETRY_DISABLED: '1',
      TURBO_NO_UPDATE_NOTIFIER: '1',
      // Node keeps its compiled code. A system is many processes of the same few programs, and they start a
      // third faster with it.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(root, '.tally', 'compile-cache'),
    },
    // npm's programs are .cmd files on Windows. Only a shell can start them.
    shell: process.platform === 'win32' && program !== 'node',
  });
  onStop = (signal) => {
    // A terminal sends Ctrl-C to the complete group, so the command has received it already. A second one
    // would mean "at once".
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  child.on('error', (error) => fail(new Error(`${program} could not be started: ${error.message}`)));
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : exitCodeOf(signal);
  });
}

/**
 * Reports each signal that ends a command. The end of our parent is reported as a SIGTERM.
 * @param {(signal: NodeJS.Signals) => void} onStop
 */
function watchForStop(onStop) {
  for (const signal of forwarded) process.on(signal, () => onStop(signal));
  // npm runs this process through a shell that passes no signal on. If npm alone is ended, this process loses
  // its parent. Then the command must end as well.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch); // once: a second signal would mean "at once"
    onStop('SIGTERM');
  }, orphanCheckMs);
  watch.unref();
}

/**
 * The generated help of a command, for a clone in which nothing is installed, so that help needs no install.
 * @param {string[]} args the script and its arguments
 * @returns {string | undefined} undefined if no help is requested, or none exists
 */
function helpFor([script = '', ...args]) {
  const isAsked = args[0] === 'help' || args.includes('--help') || args.includes('-h');
  const file = join(dirname(script), 'help.txt');
  return isAsked && existsSync(file) ? readFileSync(file, 'utf8').trimEnd() : undefined;
}

/**
 * The shell's convention for a command that a signal has ended: 128 + its number.
 * @param {NodeJS.Signals} signal
 */
function exitCodeOf(signal) {
  return 128 + constants.signals[signal];
}

/** @param {unknown} error */
function fail(error) {
  if (error instanceof EndedBySignal) {
    process.exitCode = error.exitCode;
    return;
  }
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

process.chdir(root);
launch(process.argv.slice(2)).catch(fail);
