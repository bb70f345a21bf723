import { existsSync, readFileSync } from 'node:fs';
import { copyFile, cp, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import * as z from 'zod';
import { buildPage } from './build-page.ts';
import { type BundleOptions, readBundleOptions } from './bundle-options.ts';
import { ENTRY, entryText, OLDEST_NODE } from './entry.ts';
import { replaceFolder } from './folder-swap.ts';
import { localSettings } from './local-settings.ts';
import { collectPackages, copyPackages, findPackage, type InstalledPackage } from './package-copy.ts';

const manifestSchema = z.object({ name: z.string(), version: z.string() });

/**
 * A module that replaces a package. What the module itself imports of that package comes from the package.
 */
export interface StandIn {
  /** The scoped name by which the service imports it. */
  readonly packageName: string;
  /** Absolute path of the module. */
  readonly file: string;
}

/**
 * Builds one Functions app. `<serviceDir>/src/main.ts` and what it imports become `<outDir>/dist/app.js`,
 * which the entry `dist/main.cjs` loads, and chunks beside it. Code that a dynamic import names is in chunks of
 * its own, so a start doesn't read it. With them lie the app's `host.json`, a package.json that names the entry,
 * and a local.settings.json for development. The folder needs nothing outside itself except Node.
 *
 * @param serviceDir absolute path of the service's folder
 * @param outDir absolute path of the folder to write; its old content is replaced
 * @param standIn for a trial of the service with other chains, for example, than those of this deployment
 * @throws Error that says which file is missing or wrong; esbuild's own errors for code that doesn't bundle
 */
export async function buildService(serviceDir: string, outDir: string, standIn?: StandIn): Promise<void> {
  for (const file of ['src/main.ts', 'host.json', 'package.json']) {
    if (!existsSync(join(serviceDir, file))) throw new Error(`${serviceDir} has no ${file}: not a service to build.`);
  }
  const options = await readBundleOptions(serviceDir);
  const packages = collectPackages(options.copyPackages, serviceDir);
  await replaceFolder(outDir, async (dir) => {
    await bundle(serviceDir, dir, options, standIn);
    await copyFile(join(serviceDir, 'host.json'), join(dir, 'host.json'));
    const { name, version } = manifestSchema.parse(JSON.parse(readFileSync(join(serviceDir, 'package.json'), 'utf8')));
    await writeFile(join(dir, 'package.json'), manifest(name, version, options, packages));
    await writeFile(join(dir, 'dist', ENTRY), entryText(name));
    await writeFile(join(dir, 'local.settings.json'), localSettings(basename(serviceDir)));
    await copyPackages(packages, dir);
    await copyAssets(serviceDir, dir, options);
    for (const page of options.pages) await buildPage(page, serviceDir, dir);
  });
}

async function bundle(
  serviceDir: string,
  outDir: string,
  options: BundleOptions,
  standIn: StandIn | undefined,
): Promise<void> {
  await build({
    absWorkingDir: serviceDir,
    entryPoints: [
      { in: join(serviceDir, 'src/main.ts'), out: 'app' },
      ...options.entryPoints.map((file) => ({
        in: join(serviceDir, file),
        out: basename(file).replace(/\.[cm]?[jt]s$/, ''),
      })),
    ],
    outdir: join(outDir, 'dist'),
    bundle: true,
    platform: 'node',
    // The oldest Node that Azure Functions runs the app on.
    target: 'node22',
    format: 'esm',
    splitting: true,
    // Identifiers stay, because an operator reads them in stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    // Source maps give the lines of stack traces. The text of the sources would triple their size and slow
    // down each start.
    sourcemap: true,
    sourcesContent: false,
    // The host provides it at run time. It exists in no registry.
    external: ['@azure/functions-core', ...options.external, ...options.copyPackages],
    banner: { js: COMMONJS_WORDS },
    plugins: standIn === undefined ? [] : [putInPlace(standIn)],
    logLevel: 'warning',
  });
}

/**
 * What an ES module lacks, but bundled CommonJS packages use. @azure/functions, for one, finds its runtime with
 * require.
 */
const COMMONJS_WORDS = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;`;

function putInPlace({ packageName, file }: StandIn): Plugin {
  return {
    name: 'stand-in',
    setup: (bundling) => {
      bundling.onResolve({ filter: /^@/ }, ({ path, importer }) =>
        path === packageName && importer !== file ? { path: file } : undefined,
      );
    },
  };
}

function manifest(
  name: string,
  version: string,
  options: BundleOptions,
  packages: readonly InstalledPackage[],
): string {
  const direct = packages.filter((copied) => options.copyPackages.includes(copied.name));
  const dependencies = Object.fromEntries(direct.map((copied) => [copied.name, copied.version]));
  const engines = { node: `>=${OLDEST_NODE}` };
  const text = { name, version, private: true, type: 'module', main: `dist/${ENTRY}`, engines, dependencies };
  return `${JSON.stringify(text, null, 2)}\n`;
}

async function copyAssets(serviceDir: string, outDir: string, options: BundleOptions): Promise<void> {
  for (const { from, to } of options.assets) {
    const source = from.startsWith('.') ? join(serviceDir, from) : packageFile(from, serviceDir);
    await mkdir(dirname(join(outDir, to)), { recursive: true });
    await cp(source, join(outDir, to), { recursive: true });
  }
}

/** `@scope/name/rest` or `name/rest` as a path on disk. */
function packageFile(path: string, fromDir: string): string {
  const parts = path.split('/');
  const nameLength = path.startsWith('@') ? 2 : 1;
  const name = parts.slice(0, nameLength).join('/');
  const dir = findPackage(name, fromDir);
  if (dir === undefined) throw new Error(`Asset "${path}": package "${name}" is not installed: run "npm install".`);
  return join(dir, ...parts.slice(nameLength));
}
