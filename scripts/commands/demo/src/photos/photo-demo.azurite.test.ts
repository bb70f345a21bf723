import { readdirSync } from 'node:fs';
import { commandGuardMs, runCommandLine, temporaryFolder, waitUntil } from '@tally/testing';
import { expect, test } from 'vitest';

const startDemo = (temporary: string, args: readonly string[]) => runCommandLine('demo', args, { TMPDIR: temporary });

function foldersOfDemo(temporary: string): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('tally-demo-'));
}

test(
  'the demo finds the faces of six photos with its own system, and leaves nothing behind',
  async () => {
    await using folder = await temporaryFolder();
    const demo = startDemo(folder.path, ['--own']);
    expect(await demo.ended(), demo.output()).toBe(0);
    const output = demo.stdout();
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
  commandGuardMs,
);

test(
  'Ctrl-C ends the demo and its system, and leaves nothing behind',
  async () => {
    await using folder = await temporaryFolder();
    const demo = startDemo(folder.path, ['--own']);
    await waitUntil(() => foldersOfDemo(folder.path).length > 0, {
      describe: 'the demo has begun',
      hangGuardMs: commandGuardMs,
    });
    demo.signal('SIGINT');
    // The convention for a command that Ctrl-C has ended.
    expect(await demo.ended(), demo.output()).toBe(130);
    expect(foldersOfDemo(folder.path)).toEqual([]);
  },
  commandGuardMs,
);

test('a wrong command line is reported with exit code 2', async () => {
  const demo = startDemo('/', ['--url', 'http://127.0.0.1:9', '--own']);
  expect(await demo.ended()).toBe(2);
  expect(demo.output()).toContain("option '--own' cannot be used with option '--url <url>'");
  const misspelt = startDemo('/', ['oders']);
  expect(await misspelt.ended()).toBe(2);
  expect(misspelt.output()).toContain('there is no demo "oders"; there are orders and media');
});
