import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** More rivals than this at one moment mean that something else is wrong with the folder. */
const maxSwapTries = 10;

/**
 * Fills a new folder beside `target`, then puts it in the place of `target`. A reader sees the old content or
 * the new content, never a mixture. A failed build leaves the old folder. Of two builds at once the later
 * swap wins completely.
 */
export async function replaceFolder(target: string, fill: (dir: string) => Promise<void>): Promise<void> {
  const fresh = join(dirname(target), `.${basename(target)}-${randomUUID()}`);
  await mkdir(fresh, { recursive: true });
  try {
    await fill(fresh);
    await swap(fresh, target);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function swap(fresh: string, target: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const old = join(dirname(target), `.${basename(target)}-${randomUUID()}`);
    await rename(target, old).catch(ignore('ENOENT'));
    try {
      return await rename(fresh, target);
    } catch (error) {
      // Another build has put its folder there in the meantime: move that one away too.
      if (tries >= maxSwapTries) throw error;
      ignore('ENOTEMPTY', 'EEXIST', 'EPERM')(error);
    } finally {
      // Not before the rename, because there is no target until then.
      await rm(old, { recursive: true, force: true });
    }
  }
}

/**
 * A folder can't be renamed over a folder with content (Windows says EPERM). Any other error is thrown again.
 */
function ignore(...codes: string[]): (error: unknown) => void {
  return (error) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (typeof code !== 'string' || !codes.includes(code)) throw error;
  };
}
