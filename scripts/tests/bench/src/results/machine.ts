import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';

const root = path.resolve(import.meta.dirname, '../../../../..');

export const machineSchema = z.object({
  cpu: z.string(),
  cores: z.number(),
  memoryGiB: z.number(),
  system: z.string(),
  node: z.string(),
  azurite: z.string(),
  /** Commit of the repository, with `+` if files were changed since. */
  commit: z.string(),
});
export type Machine = z.infer<typeof machineSchema>;

/** Describes the machine that the measurements run on. */
export function thisMachine(): Machine {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()}`,
    node: process.versions.node,
    azurite: versionOf('azurite'),
    commit: commit(),
  };
}

/** How many processes wanted a core in the last minute. If other processes want cores, times mean little. */
export function load(): number {
  return Math.round((os.loadavg()[0] ?? 0) * 100) / 100;
}

/** Azurite exports no path of its own, so its folder is searched for. */
function versionOf(name: string): string {
  const folders = createRequire(path.join(root, 'shared/azurite/package.json')).resolve.paths(name) ?? [];
  for (const folder of folders) {
    try {
      return z.object({ version: z.string() }).parse(readJson(path.join(folder, name, 'package.json'))).version;
    } catch {
      // It is in a folder further up.
    }
  }
  return 'unknown';
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  try {
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--', 'services', 'shared') === '' ? '' : '+'}`;
  } catch {
    return 'unknown';
  }
}
