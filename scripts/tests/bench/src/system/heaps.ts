import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { waitUntil } from '@tally/testing';

/**
 * The environment variables with which an app's process must start so that {@link heapMiBOf} can query it.
 */
export function heapProbe(folder: string): Readonly<Record<string, string>> {
  const probe = pathToFileURL(path.join(import.meta.dirname, 'heap-probe.ts')).href;
  return { NODE_OPTIONS: `--import ${probe}`, TALLY_BENCH_HEAPS: folder };
}

/** How much of a process's heap is in use after a garbage collection, in MiB. */
export async function heapMiBOf(pid: number, folder: string): Promise<number> {
  const file = path.join(folder, String(pid));
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  const bytes = await waitUntil(async () => (await readFile(file, 'utf8').then(Number, () => 0)) || null, {
    describe: `the process ${pid} has told of its heap`,
  });
  return bytes / 2 ** 20;
}
