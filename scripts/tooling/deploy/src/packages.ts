import { access, cp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DeployError, type Executor } from './command.ts';

/**
 * The folder of the apps in their published form, for both ways of deployment: this script packs these
 * folders, and `azure.yaml` names them.
 */
const PACKAGES = path.join('out', 'package');

/** The platform in Azure: Linux on x64 with glibc, independent of this machine. */
const PLATFORM = { os: 'linux', cpu: 'x64', libc: 'glibc' };

/** sharp's binary and the libraries that it loads, by their names for that platform. */
const NATIVE = ['@img/sharp-linux-x64/lib', '@img/sharp-libvips-linux-x64/lib'];

/** The folder of an app in its published form, relative to the repository. */
export function packageFolder(app: string): string {
  return path.join(PACKAGES, app);
}

/**
 * Builds the apps and puts each into its own folder in its published form, with the native libraries of the
 * platform.
 * @throws DeployError when the libraries can't be installed
 */
export async function makePackages(executor: Executor, root: string, apps: readonly string[]): Promise<void> {
  await executor.run(['npm', 'run', 'build']);
  for (const app of apps) {
    const folder = packageFolder(app);
    await executor.act(`copy ${path.join('out', app)} to ${folder}`, () => copyApp(root, app), undefined);
    const images = path.join(folder, 'node_modules', '@img');
    const hasNative = await executor.act(`look for ${images}`, () => isThere(path.join(root, images)), true);
    if (hasNative) await bringNativeLibraries(executor, root, folder);
  }
}

async function copyApp(root: string, app: string): Promise<void> {
  const folder = path.join(root, packageFolder(app));
  await rm(folder, { recursive: true, force: true });
  await cp(path.join(root, 'out', app), folder, { recursive: true });
  // These are settings of this machine. The platform has its own.
  await rm(path.join(folder, 'local.settings.json'), { force: true });
  // An install in this folder, by azd for example, then gets the platform's libraries instead of this
  // machine's.
  const settings = Object.entries(PLATFORM).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(path.join(folder, '.npmrc'), settings.join(''));
}

/**
 * A build on Linux with glibc has installed the right libraries. Any other build has installed those of its
 * own machine.
 */
export async function bringNativeLibraries(executor: Executor, root: string, folder: string): Promise<void> {
  const modules = path.join(root, folder, 'node_modules');
  const look = () => executor.act(`look for ${NATIVE.join(' and ')} in ${folder}`, () => hasAll(modules), true);
  if (await look()) return;
  await executor.act(`remove ${path.join(folder, 'node_modules')}`, () => rm(modules, { recursive: true }), undefined);
  const platform = Object.entries(PLATFORM).map(([name, value]) => `--${name}=${value}`);
  await executor.run(['npm', 'install', '--prefix', folder, ...platform, '--no-audit', '--no-fund']);
  if (await look()) return;
  throw new DeployError(`${folder} lacks ${NATIVE.join(' or ')}: the app can't run in Azure without them.`);
}

async function hasAll(modules: string): Promise<boolean> {
  return (await Promise.all(NATIVE.map((part) => isThere(path.join(modules, part))))).every(Boolean);
}

async function isThere(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
