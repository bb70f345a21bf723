import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A lock that this process holds. */
export interface PidLock {
  release(): void;
}

/**
 * Takes the lock file, which holds the process id of its holder; that of a process that is gone is taken over.
 * @returns the lock, or the process id of whoever holds it
 */
export function takePidLock(file: string): PidLock | number {
  mkdirSync(dirname(file), { recursive: true });
  for (;;) {
    if (linkOwn(file)) return { release: () => rmSync(file, { force: true }) };
    const holder = holderOf(file);
    if (holder === undefined) continue; // released since
    if (isProcessAlive(holder)) return holder;
    rmSync(file, { force: true });
  }
}

/** A link appears at once and with its content, so nobody ever reads a lock without its process id. */
function linkOwn(file: string): boolean {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process: it lives.
    return isErrno(error, 'EPERM');
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
