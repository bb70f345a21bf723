// Stands between the installer and npm. It ends npm with all that npm has started, when the installer says so
// or is gone, even by SIGKILL: then the channel to it closes. Otherwise npm would roll back its install
// minutes later, and remove what another install has put there. Plain JavaScript, like launch.mjs.
//
//   node npm-guard.mjs <argument of npm …>     leads its own process group, except on Windows

import { spawn, spawnSync } from 'node:child_process';

/**
 * npm rolls back in a second or two. The time is shorter than a lock stays without a holder (10 s), so that
 * no other install begins before this one has ended.
 */
const graceMs = 5_000;
const isWindows = process.platform === 'win32';

// npm's program is a .cmd file on Windows. Only a shell can start it.
const npm = spawn('npm', process.argv.slice(2), { stdio: ['ignore', 'inherit', 'inherit'], shell: isWindows });
let isStopping = false;

// The group's signals reach this process as well. It stays until npm has ended.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.once('disconnect', () => {
  isStopping = true;
  if (isWindows) {
    spawnSync('taskkill', ['/pid', String(npm.pid), '/t', '/f']);
    return;
  }
  process.kill(-process.pid, 'SIGTERM');
  setTimeout(killGroup, graceMs);
});
npm.on('error', (error) => {
  console.error(`npm could not be started: ${error.message}`);
  process.exit(1);
});
npm.on('exit', (code) => {
  // npm's scripts may outlive npm.
  if (isStopping && !isWindows) killGroup();
  process.exit(code ?? 1);
});

/** Ends this process, too. */
function killGroup() {
  process.kill(-process.pid, 'SIGKILL');
}
