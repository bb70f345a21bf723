// Runs npm for the installer, reports from time to time that it is still working, and ends it with all that
// it has started. Plain JavaScript, like launch.mjs.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const guard = fileURLToPath(new URL('./npm-guard.mjs', import.meta.url));
const tellEveryMs = 30_000;
const groupGuardMs = 5_000;
const pollMs = 20;

/**
 * Runs the npm of the machine's own Node, because the Node in node_modules is about to be replaced.
 * @param {string[]} args
 * @param {string} hint what to check if it fails
 * @param {{ cwd: string, signal: AbortSignal }} options `signal` ends npm and what it has started; when they
 * are gone, its reason is thrown
 */
export async function runNpm(args, hint, { cwd, signal }) {
  const path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((entry) => !entry.endsWith(join('node_modules', '.bin')));
  const child = spawn(process.execPath, [guard, ...args], {
    cwd,
    // To stderr, so that a command's own output stays clean. The channel tells the guard that this process is
    // alive.
    stdio: ['ignore', 2, 2, 'ipc'],
    // Its own group, so that Ctrl-C in a terminal reaches this process alone. On Windows this would open a
    // window.
    detached: process.platform !== 'win32',
    env: { ...process.env, PATH: path.join(delimiter) },
  });
  const stop = () => {
    console.error(`Stopping the install (${signal.reason.message}) …`);
    if (child.connected) child.disconnect();
  };
  signal.addEventListener('abort', stop, { once: true });
  const quiet = tellProgress((line) => console.error(line), process.env);
  try {
    const [code] = await once(child, 'exit');
    if (signal.aborted) await groupGone(child.pid ?? 0);
    signal.throwIfAborted();
    if (code !== 0) throw new Error(`"npm ${args.join(' ')}" failed (see above). ${hint}`);
  } finally {
    quiet();
    signal.removeEventListener('abort', stop);
  }
}

/**
 * Waits until the killed group is gone. A container without a reaping init keeps its dead processes in the
 * group, so the wait is limited.
 * @param {number} group
 */
async function groupGone(group) {
  if (process.platform === 'win32') return;
  const deadline = Date.now() + groupGuardMs;
  while (Date.now() < deadline) {
    try {
      process.kill(-group, 0);
    } catch {
      return;
    }
    await sleep(pollMs);
  }
}

/**
 * Reports every half minute that npm is still working, because npm prints nothing while it waits for a
 * registry.
 * @param {(line: string) => void} print
 * @param {NodeJS.ProcessEnv} env
 * @returns {() => void} ends it
 */
export function tellProgress(print, env) {
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += tellEveryMs / 1000;
    print(`Still installing after ${seconds} s; npm may be waiting for its registry${proxies(env)}.`);
  }, tellEveryMs);
  return () => clearInterval(timer);
}

/** @param {NodeJS.ProcessEnv} env */
function proxies(env) {
  const set = Object.keys(env).filter((name) => /^(npm_config_)?(https?[-_])?proxy$/i.test(name) && env[name]);
  if (set.length === 0) return '';
  return ` through a proxy (${set.map((name) => `${name}=${withoutCredentials(env[name] ?? '')}`).join(', ')})`;
}

/** @param {string} proxy a URL, or a host and its port */
function withoutCredentials(proxy) {
  const url = /^[a-z]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
  return URL.canParse(url) ? new URL(url).host : '(no URL)';
}
