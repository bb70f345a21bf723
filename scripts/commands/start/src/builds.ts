import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { takeLock } from '@tally/setup';
import { root } from './repository.ts';
import { StartError } from './start-error.ts';

export interface BuildOptions {
  /** Gets a message that something is being built. */
  readonly onNotice: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Builds the services whose built folder is missing or older than a source file.
 * @returns the folders of the built services, by name
 * @throws StartError with the output of the build
 */
export async function ensureBuilt(
  services: readonly string[],
  { onNotice, signal }: BuildOptions,
): Promise<ReadonlyMap<string, string>> {
  if (services.some(isStale)) {
    // One build at a time: a second command must not replace a folder from which the first one has just begun
    // to load an app.
    const lock = await takeLock(join(root, '.tally', 'building'), { signal });
    try {
      const stale = services.filter(isStale);
      if (stale.length > 0) await build(stale, onNotice, signal);
    } finally {
      lock.release();
    }
  }
  return new Map(services.map((service) => [service, builtFolder(service)]));
}

async function build(services: readonly string[], onNotice: (text: string) => void, signal: AbortSignal) {
  onNotice(`Building ${services.join(', ')} …`);
  try {
    await promisify(execFile)(process.execPath, [join(root, 'scripts/tooling/build/main.ts'), ...services], {
      cwd: root,
      signal,
    });
  } catch (cause) {
    signal.throwIfAborted();
    const printed = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    throw new StartError(`The services can't be built:\n${printed}`, { cause });
  }
}

function builtFolder(service: string): string {
  return join(root, 'out', service);
}

/**
 * Compares the times of the files. A build takes a second or two, so an unnecessary build does no harm, but a
 * missing one does.
 */
function isStale(service: string): boolean {
  const manifest = join(builtFolder(service), 'package.json');
  if (!existsSync(manifest)) return true;
  const builtAt = statSync(manifest).mtimeMs;
  const sources = [join('services', service), 'shared', 'scripts/tooling/build', 'package-lock.json'];
  return sources.some((source) => isNewer(join(root, source), builtAt));
}

function isNewer(path: string, than: number): boolean {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs > than && !path.endsWith('.test.ts');
  return readdirSync(path).some((name) => name !== 'node_modules' && isNewer(join(path, name), than));
}
