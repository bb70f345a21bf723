import { basename, resolve } from 'node:path';
import { UsageError } from '@tally/start';
import { isPattern, matchingFiles, statOf } from '../file-patterns.ts';

/** Each file is a run of its own. */
const MAX_FILES = 100;

const MIB = 2 ** 20;
/** The most that any app of the chain takes, whatever its own limit is. */
export const MAX_FILE_MIB = 250;

/** A file of this machine that is to be uploaded. */
export interface UploadFile {
  /** What a person calls it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/**
 * The files that the arguments name: paths, and patterns where no shell has expanded them.
 * @param folder that relative paths start from
 * @throws UsageError naming every argument that is none of these, and every file that is empty or too large; nothing is uploaded then
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
