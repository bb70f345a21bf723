// Stands between the installer and npm, and ends npm with all it has started when the installer says so or is gone, even by SIGKILL: then the channel
// to it closes. An npm left alone would roll back its install minutes later, and remove what another one has put there. Plain JavaScript, like launch.mjs.
//
//   node npm-guard.mjs <argument of npm …>     leads a process group of its own, except on Windows

import { spawn, spawnSync } from 'node:child_process';

/** npm rolls back in a second or two. Shorter than a lock stays without a holder (10 s), so that no other install begins before the end of this one. */
const graceMs = 5_000;
const isWindows = process.platform === 'win32';

// npm's program is a .cmd file on Windows, which only a shell can start.
const npm = spawn('npm', process.argv.slice(2), { stdio: ['ignore', 'inherit', 'inherit'], shell: isWindows });
let isStopping = false;

// The group's signals reach us as well; we stay until npm has ended.
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
  // npm's scripts may outlive it.
  if (isStopping && !isWindows) killGroup();
  process.exit(code ?? 1);
});

/** Ends this process, too. */
function killGroup() {
  process.kill(-process.pid, 'SIGKILL');
}
