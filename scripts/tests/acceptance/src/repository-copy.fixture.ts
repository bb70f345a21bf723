import { execFile } from 'node:child_process';
import { copyFile, cp, link, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@tally/testing';

const root = path.resolve(import.meta.dirname, '../../../..');

/**
 * The repository as it is here, with its installed packages, in a separate folder. Commands that change the
 * repository may run there.
 */
export async function copyRepository(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await temporaryFolder();
  const listed = await promisify(execFile)('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 16 * 1024 ** 2,
  });
  for (const file of listed.stdout.split('\0').filter((name) => name !== '')) {
    await cp(path.join(root, file), path.join(folder.path, file)).catch(ignoreMissing);
  }
  await linkFolder(path.join(root, 'node_modules'), path.join(folder.path, 'node_modules'));
  // npm writes its record in place, so a link would change this repository's record.
  const record = 'node_modules/.package-lock.json';
  await rm(path.join(folder.path, record));
  await copyFile(path.join(root, record), path.join(folder.path, record));
  return folder;
}

/** The file was deleted, but the deletion is not committed yet. */
function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

/**
 * Files are linked, which takes seconds instead of the minutes of a copy. Symbolic links stay as they are:
 * those to workspaces lead to the copy's own.
 */
async function linkFolder(from: string, to: string): Promise<void> {
  await mkdir(to);
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
      if (entry.isDirectory()) await linkFolder(source, target);
      else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
      else await link(source, target).catch(() => copyFile(source, target)); // another file system
    }),
  );
}
