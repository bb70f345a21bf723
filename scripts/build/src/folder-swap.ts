import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** More rivals than this at one moment means that something else is wrong with the folder. */
const maxSwapTries = 10;

/**
 * Fills a fresh folder beside `target` and then puts it in the place of `target`: a reader sees the old or the new content and
 * never a mixture, a failed build leaves the old one, and of two builds at once the later swap wins as a whole.
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
      // Another build has put its folder there since: move that one away too.
      if (tries >= maxSwapTries) throw error;
      ignore('ENOTEMPTY', 'EEXIST', 'EPERM')(error);
    } finally {
      // Only now, for meanwhile there is no target.
      await rm(old, { recursive: true, force: true });
    }
  }
}

/** A folder can't be renamed over a filled one (Windows says EPERM). Anything else is thrown on. */
function ignore(...codes: string[]): (error: unknown) => void {
  return (error) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (typeof code !== 'string' || !codes.includes(code)) throw error;
  };
}
