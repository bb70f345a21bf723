import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { waitUntil } from '@tally/testing';

/** What an app's process is started with so that {@link heapMiBOf} can ask it. */
export function heapProbe(folder: string): Readonly<Record<string, string>> {
  const probe = pathToFileURL(path.join(import.meta.dirname, 'heap-probe.ts')).href;
  return { NODE_OPTIONS: `--import ${probe}`, TALLY_BENCH_HEAPS: folder };
}

/** What is in use of a process's heap after its garbage was collected, in MiB. */
export async function heapMiBOf(pid: number, folder: string): Promise<number> {
  const file = path.join(folder, String(pid));
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  const bytes = await waitUntil(async () => (await readFile(file, 'utf8').then(Number, () => 0)) || null, {
    describe: `the process ${pid} has told of its heap`,
  });
  return bytes / 2 ** 20;
}
