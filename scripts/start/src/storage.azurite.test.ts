import { once } from 'node:events';
import { createServer } from 'node:net';
import { temporaryFolder } from '@tally/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isPortFree } from './loopback-ports.ts';
import { startLocalStorage } from './storage.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let notices: string[];
beforeEach(async () => {
  folder = await temporaryFolder();
  notices = [];
});
afterEach(() => folder.remove());

function start(ports: 'emulator' | 'free') {
  return startLocalStorage({ dataFolder: folder.path, ports, onNotice: (text) => notices.push(text) });
}

test('a data folder is used by one Azurite at a time, and free again after its stop', async () => {
  const storage = await start('free');
  await expect(start('free')).rejects.toThrow(
    `The data folder ${folder.path} is in use by process ${process.pid}, another Tally.`,
  );
  await storage.stop();
  await (await start('free')).stop();
});

test("the emulator's ports are left to who has them, and that is told", async () => {
  const taken = createServer();
  // Another test, or an Azurite of this machine, may have the port: then it is taken, too.
  if (await isPortFree(10001)) {
    taken.listen(10001, '127.0.0.1');
    await once(taken, 'listening');
  }
  try {
    const storage = await start('emulator');
    await storage.stop();
    expect(storage.connectionString).not.toContain(':10001');
    expect(notices.join()).toContain('Port 10001 or 10002 is in use');
  } finally {
    taken.close();
  }
});
