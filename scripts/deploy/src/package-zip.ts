import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Zippable, zipSync } from 'fflate';

/** Dates in a zip begin in 1980; one and the same makes equal content equal files. */
const EPOCH = new Date('1980-01-01T00:00:00');

/** What is for development alone, and would otherwise be readable by whoever may read the package. */
const LEFT_OUT = 'local.settings.json';

/** Packs a folder, its content at the root of the zip, as the platform runs it. */
export async function zipFolder(folder: string, zipFile: string): Promise<void> {
  const entries: Zippable = {};
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of found.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file).split(path.sep).join('/');
    if (name === LEFT_OUT) continue;
    // Unix permissions stand in the upper half: a file, readable by all, executable as native libraries may want it.
    entries[name] = [await readFile(file), { mtime: EPOCH, os: 3, attrs: 0o100755 << 16 }];
  }
  await writeFile(zipFile, zipSync(entries, { level: 6 }));
}
