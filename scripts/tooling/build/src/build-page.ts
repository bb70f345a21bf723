import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { findPackage } from './package-copy.ts';

/**
 * A page that an app serves. `package` is a package with a `vite.config.ts`, `to` the folder of its built
 * files.
 */
export interface Page {
  readonly package: string;
  readonly to: string;
}

/**
 * Builds a page to static files with hashed names.
 * @param fromDir the service's folder, from which the package is found
 * @throws Error when the package isn't there; Vite's own errors for code that doesn't bundle
 */
export async function buildPage(page: Page, fromDir: string, outDir: string): Promise<void> {
  const root = findPackage(page.package, fromDir);
  const configFile = root === undefined ? '' : join(root, 'vite.config.ts');
  if (root === undefined || !existsSync(configFile))
    throw new Error(`Page "${page.package}" is no package with a vite.config.ts: run "npm install".`);
  await build({
    root,
    configFile,
    logLevel: 'warn',
    build: { outDir: join(outDir, page.to), emptyOutDir: false },
  });
}
