// Runs a command of this repository with the tools that package-lock.json pins, Node 24 among them. Installs
// them first if needed. Plain JavaScript without dependencies, because it must run in a bare clone on Node
// 20.
//
//   node scripts/tooling/setup/launch.mjs <program> [argument …]

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { missing, ownMajor, pinnedNode, root } from './installed.mjs';

const oldestMajor = 20;
/** How often the launcher checks whether npm is still running. */
const orphanCheckMs = 500;
const isWindows = process.platform === 'win32';
const [program = '', ...args] = process.argv.slice(2);

/** @type {NodeJS.Signals | undefined} */
let stoppedBy;
/** @type {(signal: NodeJS.Signals) => void} asks the process that runs now for its end */
let askForEnd = () => undefined;

process.chdir(root);
watchForStop();
try {
  process.exitCode = await launch();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @returns {Promise<number>} the exit code */
async function launch() {
  if (program === '') throw new Error('Usage: node scripts/tooling/setup/launch.mjs <program> [argument …]');
  const isInstalled = missing() === undefined;
  const help = isInstalled ? undefined : helpFile();
  if (help !== undefined) {
    console.log(readFileSync(help, 'utf8').trimEnd());
    return 0;
  }
  if (ownMajor < oldestMajor) {
    throw new Error(`Tally needs Node ${oldestMajor} or newer to start from; this is Node ${process.versions.node}.`);
  }
  const installed = isInstalled ? 0 : await endOf(install());
  if (stoppedBy !== undefined) return 128 + constants.signals[stoppedBy];
  if (installed > 128) throw new Error('The installer was killed. End its npm, if it still runs, then try again.');
  return installed === 0 ? endOf(run()) : installed;
}

/** The generated help, if it is asked for. A clone in which nothing is installed needs no install for it. */
function helpFile() {
  const [script = '', ...options] = args;
  const isAsked = options[0] === 'help' || options.includes('--help') || options.includes('-h');
  const file = join(dirname(script), 'help.txt');
  return isAsked && existsSync(file) ? file : undefined;
}

function install() {
  const installer = spawn(process.execPath, ['scripts/tooling/setup/install.mjs'], {
    // To stderr, so that a command's own output stays clean. The channel shows that this process is alive.
    stdio: ['ignore', 2, 2, 'ipc'],
    // Its own group, so that Ctrl-C in a terminal reaches this process alone. On Windows this would open a
    // window.
    detached: !isWindows,
  });
  askForEnd = (signal) => {
    if (!installer.connected) return;
    console.error(`Stopping the install (${signal}) …`);
    installer.disconnect();
  };
  return installer;
}

function run() {
  const child = spawn((program === 'node' && pinnedNode()) || program, args, {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
      // turbo: no anonymous usage statistics, no hints about newer versions.
      TURBO_TELEMETRY_DISABLED: '1',
      TURBO_NO_UPDATE_NOTIFIER: '1',
      // Node keeps its compiled code. A system is many processes of the same few programs, and they start a
      // third faster with it.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(root, '.tally', 'compile-cache'),
    },
    // npm's programs are .cmd files on Windows. Only a shell can start them.
    shell: isWindows && program !== 'node',
  });
  askForEnd = (signal) => {
    // A terminal sends Ctrl-C to the complete group, so the command has received it already. A second one
    // would mean "at once".
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  return child;
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>} its exit code; for one that a signal has ended, what shells say
 */
function endOf(child) {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new Error(`${child.spawnfile} could not be started: ${error.message}`)));
    child.on('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]));
  });
}

/** Passes each signal on that ends a command, so that it can stop what it has started. */
function watchForStop() {
  /** @param {NodeJS.Signals} signal */
  const onStop = (signal) => {
    stoppedBy = signal;
    askForEnd(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onStop);
  // npm runs this process through a shell that passes no signal on. If npm alone is ended, this process loses
  // its parent. Then the command must end as well.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch); // once: a second signal would mean "at once"
    onStop('SIGTERM');
  }, orphanCheckMs).unref();
}
