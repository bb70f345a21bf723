import { globSync, type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** Whether an argument names files by a pattern that no shell has expanded: one in quotes, and any on Windows. */
export function isPattern(argument: string): boolean {
  return /[*?[{]/.test(argument);
}

/** The absolute paths of the files that a pattern matches, in order. @param folder that a relative pattern starts from */
export function matchingFiles(pattern: string, folder: string): string[] {
  const matching = globSync(pattern, { cwd: folder }).map((name) => resolve(folder, name));
  return matching.filter((file) => statOf(file)?.isFile()).sort();
}

export function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
