import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';

const packageJsonSchema = z.object({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

/** An installed package, with its folder and its place below the built folder. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly dir: string;
  /** `node_modules/a`, or `node_modules/a/node_modules/b` for a version that only `a` uses. */
  readonly target: string;
}

/**
 * The folder of an installed npm package. It is found as Node finds it: in the `node_modules` of the given
 * folder or of a folder above it. `require.resolve` is no alternative, because a package's `exports` may hide
 * its package.json.
 */
export function findPackage(name: string, fromDir: string): string | undefined {
  for (let dir = fromDir; ; dir = dirname(dir)) {
    const candidate = join(dir, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (dir === dirname(dir)) return undefined;
  }
}

/**
 * The named packages and all their dependencies, as far as they are installed. An optional dependency of
 * another platform isn't. npm's nesting is kept, so that each package finds the versions it was installed
 * with.
 * @throws Error when a package isn't installed, is a workspace (a workspace belongs in the bundle), or two
 * versions claim one place.
 */
export function collectPackages(names: readonly string[], serviceDir: string): InstalledPackage[] {
  const byTarget = new Map<string, InstalledPackage>();
  const visit = (name: string, fromDir: string, optional: boolean): void => {
    const dir = findPackage(name, fromDir);
    if (dir === undefined) {
      if (optional) return;
      throw new Error(`Package "${name}", needed from ${fromDir}, is not installed: run "npm install".`);
    }
    if (lstatSync(dir).isSymbolicLink()) {
      throw new Error(`Package "${name}" is a workspace: it is bundled, and can't be named in copyPackages.`);
    }
    const target = dir.slice(dir.indexOf('node_modules'));
    const known = byTarget.get(target);
    if (known !== undefined) {
      if (known.dir === dir) return;
      throw new Error(`Two versions of "${name}" would go to ${target}: ${known.dir} and ${dir}.`);
    }
    const manifest = packageJsonSchema.parse(JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')));
    byTarget.set(target, { name, version: manifest.version, dir, target });
    // npm lists an optional dependency under both keys. The optional mark wins.
    for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      visit(dependency, dir, dependency in manifest.optionalDependencies);
    }
  };
  for (const name of names) visit(name, serviceDir, false);
  return [...byTarget.values()];
}

/**
 * Copies the packages below `outDir`, each without its nested `node_modules`: those are separate packages
 * here.
 */
export async function copyPackages(packages: readonly InstalledPackage[], outDir: string): Promise<void> {
  for (const { dir, target } of packages) {
    const nested = join(dir, 'node_modules');
    await mkdir(join(outDir, target), { recursive: true });
    await cp(dir, join(outDir, target), { recursive: true, filter: (source) => source !== nested });
  }
}
