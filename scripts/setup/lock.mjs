// A lock file that says by beating that its holder is alive. Plain JavaScript without dependencies: the installer needs it before anything is
// installed, which is why this is no package of the registry. The start uses it as well, so that there is one kind of lock.
//
// It asks of a file system no more than to create a file that isn't there yet, so it works without hard links (exFAT, SMB, virtiofs). It goes by no
// process id, which may have been given away again, and compares no clocks: whoever wants the lock watches the file. If it changes, the holder
// lives; if it stays as it is for `silenceMs`, there is none.

import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/**
 * @typedef {object} Lock
 * @property {() => void} release may be called twice
 * @property {Promise<Error>} lost resolves when another process has taken the lock over: this one stood still for longer than `silenceMs`
 *
 * @typedef {object} Holder who has the lock, for people
 * @property {string} holder
 *
 * @typedef {object} LockOptions
 * @property {AbortSignal} [signal] breaks the watching off; its reason is thrown
 * @property {number} [beatMs] how often a holder writes its file
 * @property {number} [silenceMs] how long a file stays as it is before its holder counts as gone
 * @property {(holder: string) => void} [onWatch] is told when the file is there and has to be watched
 */

const defaultBeatMs = 1_000;
/** A busy machine may keep a holder from beating for seconds. */
const defaultSilenceMs = 10_000;

/**
 * Takes the lock, or finds out that its holder lives, which takes a beat or two. The folder of the file is made if need be.
 * @param {string} file
 * @param {LockOptions} [options]
 * @returns {Promise<Lock | Holder>}
 * @throws the error of the file system where no file can be written
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
    // Undefined: released since.
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
 * @param {LockOptions & { onWait?: (holder: string) => void }} [options] `onWait` is told once
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
 * Makes a folder and those above it. Node's own `recursive` tries again and again, and never ends, where a parent is there and takes no folder (`/proc`).
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
    if (!isThere) throw error; // Else another process has made it meanwhile.
  }
}

/** @returns {(beat: number) => string} what the lock file of a new holder says at each beat */
function ownContent() {
  const token = randomUUID();
  return (beat) => JSON.stringify({ token, process: process.pid, host: hostname(), beat });
}

/**
 * @param {string} file
 * @param {string} content
 * @returns {boolean} false where it is there already
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

/** @param {string} content may be empty or half: then it was read while it was written, or a crash has left it so */
function describe(content) {
  const [, pid] = /"process":(\d+)/.exec(content) ?? [];
  const [, host] = /"host":"([^"]*)"/.exec(content) ?? [];
  if (pid === undefined) return 'another process';
  return host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`;
}

/**
 * Puts our file in the place of one that nobody writes any more. Of several that want to, one at a time looks once more and does it: a folder can be made
 * by one only.
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
    // A crash in the middle of a take-over has left the guard.
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
  // The lock alone keeps no process alive.
  timer.unref();
  process.once('exit', release);
  return { release, lost };
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
