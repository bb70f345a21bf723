/**
 * `node scripts/tooling/build/main.ts [service…]`: bundles the named services, or all services, to
 * `out/<service>`. The exit code is 1, with one line per problem, if a service is unknown or doesn't build.
 */
import { join, relative } from 'node:path';
import { buildService, findServices } from './src/index.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const known = findServices(join(root, 'services'));
const names = process.argv.length > 2 ? process.argv.slice(2) : known;

for (const name of names) {
  const outDir = join(root, 'out', name);
  try {
    if (!known.includes(name)) throw new Error(`no such service; there are: ${known.join(', ')}`);
    const start = performance.now();
    await buildService(join(root, 'services', name), outDir);
    console.log(`built ${relative(root, outDir)} in ${Math.round(performance.now() - start)} ms`);
  } catch (error) {
    console.error(`build of "${name}" failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
