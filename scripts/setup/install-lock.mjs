// One install at a time in a clone. Plain JavaScript, like launch.mjs.

import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const pollMs = 300;

/**
 * Holds the lock file, which contains the holder's process id, while `work` runs. A lock whose process is gone is taken
 * over.
 * @param {string} file
 * @param {() => Promise<void>} work
 */
export async function withInstallLock(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  for (let told = false; !acquire(file); ) {
    const holder = holderOf(file);
    if (holder === undefined) continue;
    if (!isAlive(holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) console.error(`Another command (process ${holder}) is installing Tally's tools; waiting for it.`);
    told = true;
    await setTimeout(pollMs);
  }
  try {
    await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * A link appears at once and with its content, so nobody ever reads a lock without its process id.
 * @param {string} file
 */
function acquire(file) {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** @param {string} file */
function holderOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // released since
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
