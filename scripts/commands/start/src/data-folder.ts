import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type Lock, takeLock } from '@tally/setup';
import { StartError } from './start-error.ts';

export interface DataFolderOptions {
  readonly onNotice: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Creates the data folder if needed, and locks it against other Tallys. Two Azurites on one folder would
 * overwrite each other's files.
 * @throws StartError when the folder is in use or can't be written
 */
export async function lockDataFolder(folder: string, { onNotice, signal }: DataFolderOptions): Promise<Lock> {
  const onWatch = (holder: string): void =>
    onNotice(`${folder} seems to be in use by ${holder}; checking for up to 10 s …`);
  const onHeld = (holder: string): never => {
    throw new StartError(
      `The data folder ${folder} is in use by another Tally (${holder}). Stop that one, or choose another folder with --data.`,
    );
  };
  return takeLock(join(folder, 'in-use'), { signal, onWatch, onHeld }).catch((error: unknown) => {
    throw explainFolder(error, folder);
  });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its disk is full',
  EEXIST: 'a part of its path is a file',
  ENOTDIR: 'a part of its path is a file',
  ENOENT: 'no folder can be made there',
};

/** The file system's error for an unusable folder, as a sentence. Other errors are returned unchanged. */
export function explainFolder(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const reason = reasons[error.code] ?? error.code;
  const message = `The data folder ${folder} can't be used: ${reason}. Choose another one with --data.`;
  return new StartError(message, { cause: error });
}

/**
 * Checks that the files of Azurite are complete, as far as their ends show it. A power failure leaves them
 * cut or empty, and Azurite treats an empty file as a fresh start.
 * @throws StartError that names the incomplete file
 */
export function checkDataFiles(folder: string): void {
  const cut = dataFiles(folder).find((file) => !endsAsJson(file));
  if (cut !== undefined) throw damaged(cut, folder);
}

/**
 * Called after a start that has failed.
 * @throws StartError that names the file that can't be read, if there is one
 */
export function readDataFiles(folder: string): void {
  for (const file of dataFiles(folder)) {
    try {
      JSON.parse(readFileSync(file, 'utf8'));
    } catch (cause) {
      throw damaged(file, folder, cause);
    }
  }
}

function damaged(file: string, folder: string, cause?: unknown): StartError {
  return new StartError(
    `The data file ${file} is truncated or damaged, for example by a power failure. Put a backup of ${folder} back, delete that folder and lose its runs, ` +
      'or choose another one with --data.',
    { cause },
  );
}

function dataFiles(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => /^__azurite_db_.*\.json$/.test(name));
    return names.map((name) => join(folder, name));
  } catch {
    return []; // Nothing was kept there yet.
  }
}

function endsAsJson(file: string): boolean {
  const opened = openSync(file, 'r');
  try {
    const last = Buffer.alloc(1);
    readSync(opened, last, 0, 1, Math.max(0, fstatSync(opened).size - 1));
    return last.toString() === '}';
  } finally {
    closeSync(opened);
  }
}
