import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StartError } from '@tally/start';
import type { LaidOut } from './lay-out.ts';

/**
 * Makes the new chain known to the repository. Links its app, writes the files that derive from the
 * declarations, and formats the new files.
 * @throws StartError with the output of a command that failed
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
  // Everything is installed except the link of the new app, so npm needs nothing from the registry.
  await perform('npm', ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']);
  await perform('biome', ['check', '--write', ...created, ...changed]);
  await perform(process.execPath, [join(root, 'scripts/tooling/generate/main.ts')]);
}
