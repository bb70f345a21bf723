// Checks whether node_modules matches package-lock.json, and installs if it doesn't. Plain JavaScript, like
// launch.mjs.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeLock } from './lock.mjs';
import { runNpm } from './npm.mjs';

const allKinds = ['--include=dev', '--include=optional', '--include=peer'];

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const binFolder = join(root, 'node_modules', '.bin');

const nodeFile = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
/**
 * The first Node that runs TypeScript files directly and that the pinned tools accept. See "engines" of
 * node_modules.
 */
const sufficientMajor = 24;
const oldestMajor = 20;

/**
 * Installs what is missing, only once, even if many commands start at the same time.
 * @param {AbortSignal} signal aborts the install: npm is ended, then the lock is released, then the signal's
 * reason is thrown
 */
export async function ensureInstalled(signal) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < oldestMajor) {
    throw new Error(`Tally needs Node ${oldestMajor} or newer to start from; this is Node ${process.versions.node}.`);
  }
  if (missing() === undefined) return;
  const lock = await takeLock(join(root, '.tally', 'installing'), {
    signal,
    onHeld: (holder) => console.error(`Another command (${holder}) is installing Tally's tools; waiting for it.`),
  });
  const stop = new AbortController();
  signal.addEventListener('abort', () => stop.abort(signal.reason));
  void lock.lost.then((error) => stop.abort(error));
  try {
    signal.throwIfAborted();
    const reason = missing(); // The previous holder of the lock may have installed everything.
    if (reason !== undefined) await install(reason, stop.signal);
  } finally {
    lock.release();
  }
}

export function isInstalled() {
  return missing() === undefined;
}

/** The Node that runs Tally: the one from node_modules, else our own, if it is new enough. */
export function pinnedNode() {
  return existsSync(nodeFile) ? nodeFile : process.execPath;
}

/** @returns {string | undefined} why an install is needed */
function missing() {
  const lock = readJson(join(root, 'package-lock.json'));
  // npm writes this file at the end of each successful install. It lists the content of node_modules.
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'));
  if (lock === undefined) throw new Error('package-lock.json is missing: this is no complete clone of Tally.');
  if (installed === undefined) return 'nothing is installed yet';
  const stale = staleEntry(lock.packages, installed.packages, (folder) =>
    existsSync(join(root, folder, 'package.json')),
  );
  if (stale !== undefined) return `${stale} is not what package-lock.json says`;
  const absent = absentEntry(installed.packages, (file) => existsSync(join(root, file)));
  if (absent !== undefined) return `${absent} is gone from node_modules`;
  if (!hasNode()) return `Node ${sufficientMajor} is missing`;
  return undefined;
}

/**
 * @typedef {{
 *   version?: string, link?: boolean, resolved?: string, optional?: boolean, os?: string[]
 * }} LockEntry
 * @param {Record<string, LockEntry>} wanted
 * @param {Record<string, LockEntry>} present
 * @param {(folder: string) => boolean} isWorkspace whether a workspace of the lock file is in this clone
 * @returns {string | undefined} the first package that is missing, of another version or linked to another
 * folder
 */
export function staleEntry(wanted, present, isWorkspace) {
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes('node_modules/')) continue; // the workspaces themselves
    if (entry.link === true && !isWorkspace(entry.resolved ?? '')) continue;
    const found = present[path];
    // A package for another platform is not installed.
    if (found === undefined && (entry.optional === true || entry.os !== undefined)) continue;
    // A workspace that has moved leaves a link to its former folder.
    const hasMoved = entry.link === true && found?.resolved !== entry.resolved;
    if (found?.version !== entry.version || found?.link !== entry.link || hasMoved) {
      return nameOf(path);
    }
  }
  return undefined;
}

/**
 * npm's record outlives what it records. It stays unchanged when a folder is removed or an install is killed.
 * @param {Record<string, LockEntry>} present
 * @param {(file: string) => boolean} exists
 * @returns {string | undefined} the first package that is recorded and has no package.json on disk
 */
export function absentEntry(present, exists) {
  for (const [path, entry] of Object.entries(present)) {
    if (!path.includes('node_modules/') || exists(`${path}/package.json`)) continue;
    // A link leads to a workspace, which may be missing from a clone.
    if (entry.link === true && !exists(`${entry.resolved}/package.json`)) continue;
    return nameOf(path);
  }
  return undefined;
}

/** @param {string} path of an entry of a lock file */
function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function hasNode() {
  return existsSync(nodeFile) || Number(process.versions.node.split('.')[0]) >= sufficientMajor;
}

/**
 * @param {string} reason
 * @param {AbortSignal} signal
 */
async function install(reason, signal) {
  console.error(`Installing Tally's tools into node_modules (${reason}); this takes a few minutes, once.`);
  // Errors only: npm would warn that Node 20 is older than some tools need, but Node 24 runs those tools.
  await runNpm(
    // All kinds, whatever NODE_ENV or npm's settings leave out: the tools are development dependencies, their
    // programs optional ones.
    ['ci', ...allKinds, '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'],
    'Is the npm registry reachable?',
    { cwd: root, signal },
  );
  if (!hasNode()) {
    // The package `node` installs its binary by an install script. `ignore-scripts=true` has suppressed that
    // script.
    console.error(`This npm runs no install scripts; running the one that brings Node ${sufficientMajor}.`);
    const why = `Allow the install script of the package "node", or run Tally with Node ${sufficientMajor}.`;
    const args = ['rebuild', 'node', ...allKinds, '--ignore-scripts=false', '--loglevel=error'];
    await runNpm(args, why, { cwd: root, signal });
  }
  if (existsSync(nodeFile) && spawnSync(nodeFile, ['--version']).status !== 0) {
    throw new Error(`${nodeFile} does not run on this machine. Install Node ${sufficientMajor} and remove that file.`);
  }
  const still = missing();
  if (still !== undefined) throw new Error(`After the install, ${still}. Remove node_modules and try again.`);
}

/** @param {string} file */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${file} can't be read`, { cause: error });
  }
}
