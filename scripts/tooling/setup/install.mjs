// Installs what is missing, once, even if many commands start at the same time. It is a process of its own,
// which ends npm with all that npm has started as soon as its channel to the launcher closes: the launcher
// stops the install, or is gone, even by SIGKILL. Otherwise npm would roll back its install minutes later,
// and remove what another install has put there. Plain JavaScript, like launch.mjs.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing, pinnedNode, root, sufficientMajor } from './installed.mjs';
import { takeLock } from './lock.mjs';
import { tellProgress } from './progress.mjs';

/** npm rolls back in a second or two. */
const graceMs = 5_000;
const pollMs = 20;
const isWindows = process.platform === 'win32';

const stop = new AbortController();
const { signal } = stop;
process.once('disconnect', () => stop.abort());
process.channel?.unref(); // The channel alone doesn't keep this process alive.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stop.abort());

try {
  const lock = await takeLock(join(root, '.tally', 'installing'), {
    signal,
    onHeld: (holder) => console.error(`Another command (${holder}) is installing Tally's tools; waiting for it.`),
  });
  void lock.lost.then((error) => {
    console.error(`Stopping the install (${error.message}) …`);
    stop.abort();
  });
  const reason = missing(); // The previous holder of the lock may have installed everything.
  if (reason !== undefined) await install(reason);
} catch (error) {
  if (!signal.aborted) console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
// The end of this process releases the lock.

/** @param {string} reason */
async function install(reason) {
  console.error(`Installing Tally's tools into node_modules (${reason}); this takes a few minutes, once.`);
  await npm(['ci'], 'Is the npm registry reachable?');
  if (pinnedNode() === undefined) {
    // The package `node` installs its binary by an install script. `ignore-scripts=true` has suppressed that
    // script.
    console.error(`This npm runs no install scripts; running the one that brings Node ${sufficientMajor}.`);
    const why = `Allow the install script of the package "node", or run Tally with Node ${sufficientMajor}.`;
    await npm(['rebuild', 'node', '--ignore-scripts=false'], why);
  }
  const node = pinnedNode();
  if (node !== undefined && spawnSync(node, ['--version']).status !== 0) {
    throw new Error(`${node} does not run on this machine. Install Node ${sufficientMajor} and remove that file.`);
  }
  const still = missing();
  if (still !== undefined) throw new Error(`After the install, ${still}. Remove node_modules and try again.`);
}

/**
 * @param {string[]} command
 * @param {string} hint what to check if it fails
 */
async function npm(command, hint) {
  signal.throwIfAborted();
  // All kinds, whatever NODE_ENV or npm's settings leave out: the tools are development dependencies, their
  // programs optional ones.
  const kinds = ['--include=dev', '--include=optional', '--include=peer'];
  // Errors only: npm would warn that Node 20 is older than some tools need, but Node 24 runs those tools.
  const silent = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  // The npm of the machine's own Node, because the Node in node_modules is about to be replaced.
  const isOther = (/** @type {string} */ folder) => !folder.endsWith(join('node_modules', '.bin'));
  const path = (process.env['PATH'] ?? '').split(delimiter).filter(isOther).join(delimiter);
  const child = spawn('npm', [...command, ...kinds, ...silent], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, PATH: path },
    detached: !isWindows, // a group of its own, which can be ended without this process
    shell: isWindows, // npm's program is a .cmd file there, and only a shell can start it
  });
  const quiet = tellProgress((line) => console.error(line), process.env);
  try {
    const [code] = await once(child, 'exit', { signal });
    if (code !== 0) throw new Error(`"npm ${command.join(' ')}" failed (see above). ${hint}`);
  } catch (error) {
    if (child.pid === undefined) throw new Error(`npm could not be started: ${String(error)}`);
    if (signal.aborted) await endAll(child);
    throw error;
  } finally {
    quiet();
  }
}

/**
 * Ends npm's group, and waits until it is gone. A container without a reaping init keeps its dead processes
 * in the group, so the wait is limited.
 * @param {import('node:child_process').ChildProcess} npm
 */
async function endAll(npm) {
  if (isWindows) return void spawnSync('taskkill', ['/pid', String(npm.pid), '/t', '/f']);
  const group = -Number(npm.pid);
  try {
    process.kill(group, 'SIGTERM');
    for (let ms = 0; ms < 2 * graceMs; ms += pollMs) {
      await sleep(pollMs);
      // npm's scripts may outlive npm.
      const hasTime = npm.exitCode === null && npm.signalCode === null && ms < graceMs;
      process.kill(group, hasTime ? 0 : 'SIGKILL');
    }
  } catch {
    // No process of the group is left.
  }
}
