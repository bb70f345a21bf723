// A lock whose holder shows that it is alive. No package of the registry, because the installer needs it
// before anything is installed. The start uses it as well, so that there is one kind of lock.
//
// The lock is a folder with one empty file. Its name says who holds the lock, and the holder changes it at
// each beat. If a name stays the same for `silenceMs`, its holder is gone. Those who wait then rename the
// file to a name of their own. A file can be renamed from one name only once, so one of them gets the lock. A
// holder that wakes up later finds its name gone and knows that it has lost.
//
// This needs no hard links (exFAT, SMB, virtiofs). It compares no clocks. It looks at no process ids, because
// an id may belong to another process by now. No file has content that a crash could cut.

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/**
 * @typedef {object} Lock
 * @property {() => void} release may be called twice; the end of the process releases the lock as well
 * @property {Promise<Error>} lost resolves when another process has taken the lock over, because this one has
 * stood still for longer than `silenceMs`
 *
 * @typedef {object} LockOptions
 * @property {AbortSignal} [signal] ends the waiting; its reason is thrown
 * @property {number} [beatMs] how often a holder shows that it is alive
 * @property {number} [silenceMs] when a holder counts as gone; on a busy machine it may be still for seconds
 * @property {(holder: string) => void} [onWatch] is called when there is a holder, alive or not
 * @property {(holder: string) => void} [onHeld] is called once, when a holder has proved to be alive; what it
 * throws ends the waiting
 */

/**
 * Takes the lock as soon as it is free. Creates the folders above it if needed.
 * @param {string} folder exists only while the lock is held
 * @param {LockOptions} [options]
 * @returns {Promise<Lock>}
 * @throws the file system's error if the folder can't be made
 */
export async function takeLock(folder, { signal, beatMs = 1_000, silenceMs = 10_000, onWatch, onHeld } = {}) {
  const here = ` on ${hostname().replace(/[^\w.-]/g, '_')}`;
  const name = `process ${process.pid}${here}, ${randomUUID()}`;
  /** @param {number} beat */
  const fileAt = (beat) => join(folder, `${name}, ${beat}`);
  let seen = '';
  let seenSince = performance.now();
  makeFolder(dirname(folder));
  while (!create(fileAt(0))) {
    const found = namesIn(folder);
    if (found === seen) {
      if (performance.now() - seenSince > silenceMs && takeOver(seen, fileAt(0))) break;
    } else {
      const [who = ''] = found.replace(`${here},`, ',').split(',');
      if (seen === '') onWatch?.(who);
      else if (found !== '') {
        onHeld?.(who);
        onHeld = undefined;
      }
      seen = found;
      seenSince = performance.now();
    }
    await setTimeout(beatMs / 4, undefined, { ...(signal && { signal }) }).catch(() => undefined);
    signal?.throwIfAborted(); // Node's timer would throw an error of its own.
  }
  return hold(fileAt, beatMs);
}

/**
 * Creates a folder and those above it. Node's own `recursive` tries again and again, without end, if a parent
 * exists and takes no folder (`/proc`).
 * @param {string} folder
 */
function makeFolder(folder) {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  succeeds(() => mkdirSync(folder), 'EEXIST'); // Another process may create it at the same time.
}

/** @param {string} file */
function create(file) {
  if (!succeeds(() => mkdirSync(dirname(file)), 'EEXIST')) return false;
  // If this process stands still here for `silenceMs`, another one removes the empty folder, and may create
  // it again for itself.
  if (!succeeds(() => writeFileSync(file, ''), 'ENOENT')) return false;
  if (namesIn(dirname(file)) === basename(file)) return true;
  unlinkSync(file);
  return false;
}

/**
 * @param {string} names all that are in the folder; none if its holder has ended before it wrote one
 * @param {string} file
 */
function takeOver(names, file) {
  const [first] = names.split('/');
  if (first) return succeeds(() => renameSync(join(dirname(file), first), file), 'ENOENT');
  removeEmpty(dirname(file));
  return false;
}

/**
 * @param {(beat: number) => string} fileAt
 * @param {number} beatMs
 * @returns {Lock}
 */
function hold(fileAt, beatMs) {
  let beat = 0;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<Error>} */
  const lost = new Promise((resolve) => {
    timer = setInterval(() => {
      try {
        renameSync(fileAt(beat), fileAt(beat + 1));
        beat++;
      } catch (cause) {
        clearInterval(timer);
        resolve(new Error(`The lock ${dirname(fileAt(beat))} was lost`, { cause }));
      }
    }, beatMs).unref(); // The lock alone doesn't keep a process alive.
  });
  const release = () => {
    clearInterval(timer);
    process.removeListener('exit', release);
    // If the lock was lost, there is no such name any more, and the folder is another process's.
    if (succeeds(() => unlinkSync(fileAt(beat)), 'ENOENT')) removeEmpty(dirname(fileAt(beat)));
  };
  process.once('exit', release);
  return { release, lost };
}

/** @param {string} folder */
function namesIn(folder) {
  let names = '';
  succeeds(() => {
    names = readdirSync(folder).sort().join('/');
  }, 'ENOENT');
  return names;
}

/** @param {string} folder */
function removeEmpty(folder) {
  succeeds(() => rmdirSync(folder), 'ENOENT', 'ENOTEMPTY');
}

/**
 * @param {() => void} action
 * @param {string[]} refusals codes of the file system's errors that mean no
 */
function succeeds(action, ...refusals) {
  try {
    action();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && refusals.includes(String(error.code))) return false;
    throw error;
  }
}
