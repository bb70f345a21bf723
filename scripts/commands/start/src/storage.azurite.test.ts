import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connectBlobs } from '@tally/blobs';
import { temporaryFolder } from '@tally/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isPortFree } from './loopback-ports.ts';
import { StartError } from './start-error.ts';
import { startLocalStorage } from './storage.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let notices: string[];
beforeEach(async () => {
  folder = await temporaryFolder();
  notices = [];
});
afterEach(() => folder.remove());

function start(ports: 'emulator' | 'free') {
  return startIn(folder.path, ports);
}

function startIn(dataFolder: string, ports: 'emulator' | 'free' = 'free') {
  const { signal } = new AbortController();
  return startLocalStorage({ dataFolder, ports, onNotice: (text) => notices.push(text), signal });
}

test('a data folder is used by one Azurite at a time, and free again after its stop', async () => {
  const storage = await start('free');
  await expect(start('free')).rejects.toThrow(
    `The data folder ${folder.path} is in use by another Tally (process ${process.pid}).`,
  );
  expect(notices).toEqual([`${folder.path} seems to be in use by process ${process.pid}; checking for up to 10 s …`]);
  await storage.stop();
  await (await start('free')).stop();
});

test('the files of runs have a place there', async () => {
  const storage = await start('free');
  try {
    const blobs = connectBlobs({ kind: 'connectionString', value: storage.connectionString });
    await blobs.createContainers(['files']);
    expect(await blobs.deleteFolder('files', 'none')).toBe(0);
  } finally {
    await storage.stop();
  }
});

test("an emulator's port that is in use is left to its owner, and reported", async () => {
  const taken = createServer();
  // Another test, or an Azurite of this machine, may have the port. Then it is in use, too.
  if (await isPortFree(10001)) {
    taken.listen(10001, '127.0.0.1');
    await once(taken, 'listening');
  }
  try {
    const storage = await start('emulator');
    await storage.stop();
    expect(storage.connectionString).not.toContain(':10001');
    expect(notices.join()).toContain('Port 10000, 10001 or 10002 is in use');
  } finally {
    taken.close();
  }
});

test.each([
  ['queue', 'cut', (text: string) => text.slice(0, -10)],
  ['queue', 'empty', () => ''],
  ['table', 'cut behind what looks like an end', (text: string) => text.slice(0, text.indexOf('}', 100) + 1)],
  ['table', 'empty', () => ''],
])("a file of Azurite's %s service that is %s is named in one line, with what to do", async (service, _, damage) => {
  await (await start('free')).stop();
  const file = join(folder.path, 'azurite', `__azurite_db_${service}__.json`);
  writeFileSync(file, damage(readFileSync(file, 'utf8')));
  const failed = await start('free').catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(StartError);
  expect(String(failed)).toContain(`The data file ${file} is truncated or damaged`);
  expect(String(failed)).toContain('--data');
  expect(String(failed)).not.toContain('\n');
});

test('a data folder that cannot be used is reported in one line, with the reason', async () => {
  writeFileSync(join(folder.path, 'file'), '');
  const reasons = new Map([
    [join(folder.path, 'file'), 'a part of its path is a file'],
    [join(folder.path, 'file', 'inside'), 'a part of its path is a file'],
    ['/proc/nope', 'no folder can be made there'],
  ]);
  for (const [path, reason] of reasons) {
    const message = `The data folder ${path} can't be used: ${reason}. Choose another one with --data.`;
    await expect(startIn(path)).rejects.toThrow(new StartError(message));
  }
});

test.each([
  ['can not be run', undefined, /did not start \(spawn .*ENOENT\); it printed nothing\./],
  [
    'ends at once',
    'echo "Error: no memory left."; echo; echo "Node.js v0"; exit 1',
    /it printed: Error: no memory left\. /,
  ],
])(
  'an Azurite whose process %s is reported in one line, with its output and what to do',
  async (_, program, reason) => {
    const { execPath } = process;
    process.execPath = join(folder.path, 'node');
    if (program !== undefined) writeFileSync(process.execPath, `#!/bin/sh\n${program}\n`, { mode: 0o755 });
    try {
      const failed = await start('free').catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(StartError);
      expect(String(failed)).toMatch(reason);
      expect(String(failed)).toContain('choose another data folder with --data');
      expect(String(failed)).not.toContain('\n');
    } finally {
      process.execPath = execPath;
    }
  },
);
