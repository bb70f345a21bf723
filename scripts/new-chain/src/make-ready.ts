import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StartError } from '@tally/start';
import type { LaidOut } from './lay-out.ts';

/**
 * Makes the repository know the new chain: links its app, writes what derives from the declarations, and formats what was laid out.
 * @throws StartError with what a command printed
 */
export async function makeReady(root: string, { created, changed }: LaidOut, signal: AbortSignal): Promise<void> {
  const perform = async (command: string, args: readonly string[]) => {
    try {
      await promisify(execFile)(command, args, { cwd: root, signal });
    } catch (cause) {
      signal.throwIfAborted();
      const printed = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
      throw new StartError(`"${command} ${args.join(' ')}" failed:\n${printed}`, { cause });
    }
  };
  // Everything is installed but the link of the new app, so the registry has nothing to say.
  await perform('npm', ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']);
  await perform('biome', ['check', '--write', ...created, ...changed]);
  await perform(process.execPath, [join(root, 'scripts/generate/main.ts')]);
}
