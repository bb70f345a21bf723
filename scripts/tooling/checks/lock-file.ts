/**
 * Fails if package-lock.json lacks packages for platforms other than the one on which it was written. npm
 * drops them silently when its registry doesn't have them. `npm ci` then refuses the file on every platform.
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() })),
});

const { packages } = lockSchema.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));

for (const [path, entry] of Object.entries(packages)) {
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (lookUp(path, name)) continue;
    console.error(`package-lock.json has no entry for ${name}, an optional package of ${path}.`);
    process.exitCode = 1;
  }
}
if (process.exitCode === 1) {
  console.error(
    'Choose a version whose optional packages are all in the registry, then write package-lock.json again without node_modules.',
  );
}

/** Node's own search: beside the package that asks, then in each folder above it. */
function lookUp(path: string, name: string): boolean {
  const parts = path.split('/node_modules/');
  return (
    parts.some((_, index) => {
      const above = parts.slice(0, parts.length - index).join('/node_modules/');
      return packages[`${above}/node_modules/${name}`] !== undefined;
    }) || packages[`node_modules/${name}`] !== undefined
  );
}
