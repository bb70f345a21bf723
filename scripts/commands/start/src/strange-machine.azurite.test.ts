import { randomUUID } from 'node:crypto';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { commandGuardMs, runCommandLine } from '@tally/testing';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { root } from './repository.ts';

/** No program listens there, so requests through the proxy fail. */
const deadProxy = 'http://127.0.0.1:9';

/** Variables that a person's machine may have all at once. */
const environment = {
  NODE_ENV: 'production',
  NODE_USE_ENV_PROXY: '1',
  HTTP_PROXY: deadProxy,
  HTTPS_PROXY: deadProxy,
  ALL_PROXY: deadProxy,
  http_proxy: deadProxy,
  https_proxy: deadProxy,
  all_proxy: deadProxy,
};

const manifestSchema = z.object({ name: z.string() });

/**
 * A clone of this repository in a folder whose name has a special meaning in a URL. It lies inside this
 * repository, so that Node finds the installed packages above it. Tally's own packages are the clone's.
 */
function cloneIntoStrangeFolder(): { readonly folder: string; remove(): void } {
  const outside = join(root, '.tally', `clone-${randomUUID()}`);
  const folder = join(outside, 'a #1 100% é');
  for (const part of ['package.json', 'package-lock.json', 'scripts', 'services', 'shared']) {
    cpSync(join(root, part), join(folder, part), {
      recursive: true,
      filter: (source) => !source.includes(`${part}/node_modules`),
    });
  }
  mkdirSync(join(folder, 'node_modules', '@tally'), { recursive: true });
  for (const file of globSync('{scripts/*,services,shared}/*/package.json', { cwd: folder })) {
    const { name } = manifestSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    const link = join(folder, 'node_modules', name);
    symlinkSync(relative(dirname(link), join(folder, dirname(file))), link, 'dir');
  }
  return { folder, remove: () => rmSync(outside, { recursive: true, force: true }) };
}

test(
  'npm start and the demo work from a folder with #, % and spaces in its name, with NODE_ENV=production, and with a proxy that takes no requests to this machine',
  async () => {
    const clone = cloneIntoStrangeFolder();
    const start = runCommandLine('start', ['--port', '0'], environment, clone.folder);
    try {
      await start.printed(/Ctrl-C stops everything/);
      expect(start.output()).toContain(join(clone.folder, '.tally', 'data'));
      const demo = runCommandLine('demo', [], environment, clone.folder);
      expect(await demo.ended(), demo.output() + start.output()).toBe(0);
      expect(demo.output()).toMatch(/22 faces in 6 images/);
      start.signal('SIGINT');
      expect(await start.ended(), start.output()).toBe(0);
    } finally {
      start.signal('SIGKILL');
      await start.ended();
      clone.remove();
    }
  },
  commandGuardMs,
);
