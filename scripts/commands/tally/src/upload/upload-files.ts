import { basename, resolve } from 'node:path';
import { UsageError } from '@tally/start';
import { isPattern, matchingFiles, statOf } from '../file-patterns.ts';

/** Each file becomes its own run. */
const MAX_FILES = 100;

const MIB = 2 ** 20;
/** The largest file that any app of the chain takes, whatever its own limit is. */
export const MAX_FILE_MIB = 250;

/** A file of this machine to upload. */
export interface UploadFile {
  /** A person's name for it. */
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
}

/**
 * The files that the arguments name: paths, and patterns that no shell has expanded.
 * @param folder base of relative paths
 * @throws UsageError that names every argument that is none of these, and every empty or too large file; then
 * nothing is uploaded
 */
export function findUploads(args: readonly string[], folder: string): UploadFile[] {
  const wrong: string[] = [];
  const paths = args.flatMap((argument) => {
    const path = resolve(folder, argument);
    if (statOf(path)?.isFile() === true) return [path];
    const matching = isPattern(argument) ? matchingFiles(argument, folder) : [];
    if (matching.length === 0) wrong.push(`${argument}: ${isPattern(argument) ? 'no file matches' : 'no file'}`);
    return matching;
  });
  const files = [...new Set(paths)].map((path) => ({ name: basename(path), path }));
  wrong.push(...files.flatMap(wrongSize));
  if (files.length > MAX_FILES) wrong.push(`${files.length} files are too many at once: at most ${MAX_FILES}`);
  if (wrong.length > 0) throw new UsageError(wrong.join('\n'));
  return files;
}

function wrongSize({ name, path }: UploadFile): string[] {
  const { size = 0 } = statOf(path) ?? {};
  if (size === 0) return [`${name}: the file is empty`];
  return size > MAX_FILE_MIB * MIB ? [`${name}: larger than ${MAX_FILE_MIB} MB`] : [];
}
