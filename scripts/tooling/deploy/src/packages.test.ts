import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '@tally/testing';
import { expect, test } from 'vitest';
import { type Command, DeployError, type Executor } from './command.ts';
import { makePackages } from './packages.ts';

const right = ['sharp-linux-x64', 'sharp-libvips-linux-x64'];

function bring(modules: string, packages: readonly string[]): void {
  for (const name of packages) {
    mkdirSync(path.join(modules, '@img', name, 'lib'), { recursive: true });
    writeFileSync(path.join(modules, '@img', name, 'lib', 'library'), '');
  }
}

/** An executor on a machine whose build has installed `built`, and on which npm then installs `npmBrings`. */
function machine(root: string, built: readonly string[], npmBrings: readonly string[]) {
  const ran: Command[] = [];
  const modulesOf = (folder: string) => path.join(root, folder, 'node_modules');
  const executor: Executor = {
    isDryRun: false,
    run: async (command) => {
      ran.push(command);
      if (command.includes('build')) bring(modulesOf('out/face'), built);
      else bring(modulesOf('out/package/face'), npmBrings);
    },
    read: async () => '',
    act: async (_, act) => await act(),
    say: () => {},
    pause: async () => {},
  };
  return { ran, executor };
}

test.each([
  ['macOS', ['sharp-darwin-arm64']],
  ['Windows', ['sharp-win32-x64']],
  ['Alpine', ['sharp-linuxmusl-x64', 'sharp-libvips-linuxmusl-x64']],
])("a package that was built on %s gets the platform's libraries and keeps none of its own", async (_, built) => {
  await using folder = await temporaryFolder();
  const { ran, executor } = machine(folder.path, built, right);
  await makePackages(executor, folder.path, ['face']);
  expect(ran.at(-1)?.join(' ')).toMatch(/^npm install --prefix out.package.face --os=linux --cpu=x64 --libc=glibc/);
  const images = path.join(folder.path, 'out', 'package', 'face', 'node_modules', '@img');
  for (const name of built) expect(existsSync(path.join(images, name))).toBe(false);
  for (const name of right) expect(existsSync(path.join(images, name))).toBe(true);
  // azd runs npm in the folder by itself.
  expect(readFileSync(path.join(images, '../../.npmrc'), 'utf8')).toBe('os=linux\ncpu=x64\nlibc=glibc\n');
});

test("on the platform's own kind of machine the build's libraries are used", async () => {
  await using folder = await temporaryFolder();
  const { ran, executor } = machine(folder.path, right, []);
  await makePackages(executor, folder.path, ['face']);
  expect(ran).toEqual([['npm', 'run', 'build']]);
});

test('a package without them is not published', async () => {
  await using folder = await temporaryFolder();
  const { executor } = machine(folder.path, ['sharp-darwin-arm64'], ['sharp-darwin-arm64']);
  await expect(makePackages(executor, folder.path, ['face'])).rejects.toThrow(DeployError);
});
