import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Zippable, zipSync } from 'fflate';

/** Dates in a zip begin in 1980. One fixed date gives equal files for equal content. */
const EPOCH = new Date('1980-01-01T00:00:00');

/** The file is for development only. In the package, everyone who can read the package could read it. */
const LEFT_OUT = 'local.settings.json';

/** Packs a folder, with its content at the root of the zip, as the platform expects it. */
export async function zipFolder(folder: string, zipFile: string): Promise<void> {
  const entries: Zippable = {};
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of found.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file).split(path.sep).join('/');
    if (name === LEFT_OUT) continue;
    // The upper half holds Unix permissions: a file, readable by all, and executable, because native
    // libraries may need that.
    entries[name] = [await readFile(file), { mtime: EPOCH, os: 3, attrs: 0o100755 << 16 }];
  }
  await writeFile(zipFile, zipSync(entries, { level: 6 }));
}
