import { globSync, type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Whether an argument is a pattern of files that no shell has expanded: a quoted pattern, and any pattern on
 * Windows.
 */
export function isPattern(argument: string): boolean {
  return /[*?[{]/.test(argument);
}

/**
 * The absolute paths of the files that match a pattern, in order.
 * @param folder base of a relative pattern
 */
export function matchingFiles(pattern: string, folder: string): string[] {
  const matching = globSync(pattern, { cwd: folder }).map((name) => resolve(folder, name));
  return matching.filter((file) => statOf(file)?.isFile()).sort();
}

export function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
