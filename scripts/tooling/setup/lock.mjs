// A lock file that its holder writes again and again, which shows that the holder is alive. Plain JavaScript
// without dependencies, and no package of the registry: the installer needs it before anything is installed.
// The start uses it as well, so that there is one kind of lock.
//
// It needs only that a file system can create a file that doesn't exist yet, so it works without hard links
// (exFAT, SMB, virtiofs). It uses no process ids, because an id may belong to another process by now. It
// compares no clocks, except to remove an abandoned take-over guard. A process that wants the lock watches
// the file. If the file changes, the holder is alive. If it doesn't change for `silenceMs`, there is no
// holder.

import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/**
 * @typedef {object} Lock
 * @property {() => void} release may be called twice
 * @property {Promise<Error>} lost resolves when another process has taken the lock over, because this one has
 * stood still for longer than `silenceMs`
 *
 * @typedef {object} Holder the process that has the lock, for people
 * @property {string} holder
 *
 * @typedef {object} LockOptions
 * @property {AbortSignal} [signal] aborts the watching; its reason is thrown
 * @property {number} [beatMs] how often a holder writes its file
 * @property {number} [silenceMs] how long a file stays unchanged before its holder counts as gone
 * @property {(holder: string) => void} [onWatch] is called when the file exists and must be watched
 */

const defaultBeatMs = 1_000;
/** On a busy machine a holder may write nothing for seconds. */
const defaultSilenceMs = 10_000;

/**
 * Takes the lock, or finds out that its holder is alive, which takes a beat or two. Creates the folder of the
 * file if needed.
 * @param {string} file
 * @param {LockOptions} [options]
 * @returns {Promise<Lock | Holder>}
 * @throws the file system's error if the file can't be written
 */
export async function takeLock(file, options = {}) {
  const { signal, beatMs = defaultBeatMs, silenceMs = defaultSilenceMs, onWatch = () => undefined } = options;
  makeFolder(dirname(file));
  const content = ownContent();
  /** @type {string | undefined} */
  let seen;
  let seenSince = 0;
  for (;;) {
    if (create(file, content(0))) return hold(file, content, beatMs);
    // Undefined: released in the meantime.
    const found = read(file);
    if (found !== undefined && seen === undefined) {
      seen = found;
      seenSince = performance.now();
      onWatch(describe(found));
    }
    if (found !== undefined && found !== seen) return { holder: describe(found) };
    const isSilent = seen !== undefined && performance.now() - seenSince > silenceMs;
    if (isSilent && takeOver(file, seen ?? '', content(0), silenceMs)) return hold(file, content, beatMs);
    await setTimeout(beatMs / 4, undefined, { ...(signal && { signal }) });
  }
}

/**
 * Takes the lock as soon as it is free.
 * @param {string} file
 * @param {LockOptions & { onWait?: (holder: string) => void }} [options] `onWait` is called once
 * @returns {Promise<Lock>}
 */
export async function waitForLock(file, options = {}) {
  for (let told = false; ; ) {
    const lock = await takeLock(file, options);
    if ('release' in lock) return lock;
    if (!told) options.onWait?.(lock.holder);
    told = true;
  }
}

/**
 * Creates a folder and those above it. Node's own `recursive` tries again and again, without end, if a parent
 * exists and takes no folder (`/proc`).
 * @param {string} folder
 */
function makeFolder(folder) {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    const isThere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
    if (!isThere) throw error; // Else another process has created it in the meantime.
  }
}

/** @returns {(beat: number) => string} the content of a new holder's lock file at each beat */
function ownContent() {
  const token = randomUUID();
  return (beat) => JSON.stringify({ token, process: process.pid, host: hostname(), beat });
}

/**
 * @param {string} file
 * @param {string} content
 * @returns {boolean} false if the file exists already
 */
function create(file, content) {
  try {
    writeFileSync(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * @param {string} content may be empty or incomplete: it was read during a write, or a crash has left it so
 */
function describe(content) {
  const [, pid] = /"process":(\d+)/.exec(content) ?? [];
  const [, host] = /"host":"([^"]*)"/.exec(content) ?? [];
  if (pid === undefined) return 'another process';
  return host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`;
}

/**
 * Puts our file in the place of one that no process writes any more. If several processes want to, only one
 * at a time checks again and does it, because only one can create the guard folder.
 * @param {string} file
 * @param {string} seen
 * @param {string} content
 * @param {number} silenceMs
 */
function takeOver(file, seen, content, silenceMs) {
  const guard = `${file}.takeover`;
  try {
    mkdirSync(guard);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    // A crash during a take-over has left the guard.
    const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (Math.abs(age) > silenceMs) removeFolder(guard);
    return false;
  }
  try {
    if (read(file) !== seen) return false;
    rmSync(file, { force: true });
    return create(file, content);
  } finally {
    removeFolder(guard);
  }
}

/** @param {string} folder */
function removeFolder(folder) {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/**
 * @param {string} file
 * @param {(beat: number) => string} content
 * @param {number} beatMs
 * @returns {Lock}
 */
function hold(file, content, beatMs) {
  /** @type {(error: Error) => void} */
  let lose = () => undefined;
  /** @type {Promise<Error>} */
  const lost = new Promise((resolve) => {
    lose = resolve;
  });
  let beat = 0;
  const end = () => {
    clearInterval(timer);
    process.removeListener('exit', release);
  };
  const release = () => {
    end();
    if (read(file) === content(beat)) rmSync(file, { force: true });
  };
  const timer = setInterval(() => {
    try {
      if (read(file) !== content(beat)) throw new Error('it is another one now');
      beat++;
      writeFileSync(file, content(beat), { flag: 'r+' });
    } catch (cause) {
      end();
      lose(new Error(`The lock file ${file} was lost`, { cause }));
    }
  }, beatMs);
  // The lock alone doesn't keep a process alive.
  timer.unref();
  process.once('exit', release);
  return { release, lost };
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
