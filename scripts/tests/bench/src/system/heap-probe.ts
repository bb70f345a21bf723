/**
 * Loaded into an app's process beside the app, by its path. On SIGUSR2 it collects garbage. Then it writes
 * how many bytes of the heap are still in use into a file named by the process's id.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const folder = process.env['TALLY_BENCH_HEAPS'];
if (folder !== undefined) {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  process.on('SIGUSR2', () => {
    if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
    writeFileSync(path.join(folder, String(process.pid)), String(process.memoryUsage().heapUsed));
  });
}
