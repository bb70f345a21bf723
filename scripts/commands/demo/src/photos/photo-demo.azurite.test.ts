import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { temporaryFolder, waitUntil } from '@tally/testing';
import { expect, test } from 'vitest';

/** The demo may first have to build the apps, on a machine that is busy with other tests. */
const demoGuardMs = 300_000;

function startDemo(temporary: string, args: readonly string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'main.ts'), ...args], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  return { child, ended, output: text(child.stdout), errors: text(child.stderr) };
}

function foldersOfDemo(temporary: string): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('tally-demo-'));
}

test(
  'the demo finds the faces of six photos with its own system, and leaves nothing behind',
  async () => {
    await using folder = await temporaryFolder();
    const demo = startDemo(folder.path, ['--own']);
    expect(await demo.ended, await demo.errors).toBe(0);
    const output = await demo.output;
    const photos = [...output.matchAll(/^ {2}sample\d\.jpg +(\d+) faces? +happiness \d\.\d\d/gm)];
    expect(photos).toHaveLength(6);
    const faces = photos.reduce((sum, [, count]) => sum + Number(count), 0);
    expect(faces).toBeGreaterThanOrEqual(8);
    expect(output).toContain(`${faces} faces in 6 images`);
    expect(Number(/min_val +(\d\.\d+)/.exec(output)?.[1])).toBeLessThan(0.5);
    expect(Number(/max_val +(\d\.\d+)/.exec(output)?.[1])).toBeGreaterThan(0.5);
    expect(output).toMatch(/completed\.\n$/);
    expect(foldersOfDemo(folder.path)).toEqual([]);
  },
  demoGuardMs,
);

test(
  'Ctrl-C ends the demo and its system, and leaves nothing behind',
  async () => {
    await using folder = await temporaryFolder();
    const demo = startDemo(folder.path, ['--own']);
    await waitUntil(() => foldersOfDemo(folder.path).length > 0, {
      describe: 'the demo has begun',
      hangGuardMs: demoGuardMs,
    });
    demo.child.kill('SIGINT');
    // The convention for a command that Ctrl-C has ended.
    expect(await demo.ended, await demo.errors).toBe(130);
    expect(foldersOfDemo(folder.path)).toEqual([]);
  },
  demoGuardMs,
);

test('a wrong command line is reported with exit code 2', async () => {
  const demo = startDemo('/', ['--url', 'http://127.0.0.1:9', '--own']);
  expect(await demo.ended).toBe(2);
  expect(await demo.errors).toContain("option '--own' cannot be used with option '--url <url>'");
  const misspelt = startDemo('/', ['oders']);
  expect(await misspelt.ended).toBe(2);
  expect(await misspelt.errors).toContain('there is no demo "oders"; there are orders and media');
});
