import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { QueueClient } from '@azure/storage-queue';
import { startAzurite } from '@tally/azurite';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { TestClock } from './test-clock.ts';

const HOUR_MS = 3_600_000;

test('a message hidden for an hour is visible once the clock was advanced by an hour', async () => {
  await using folder = await temporaryFolder();
  const clock = new TestClock(folder.path);
  const azurite = await startAzurite({ location: folder.path, env: clock.environment });
  for (const pid of azurite.pids) clock.tell(pid);
  try {
    const queue = new QueueClient(azurite.connectionString, 'hidden');
    await queue.create();
    await queue.sendMessage('later', { visibilityTimeout: 3_600 });
    const receive = async () => (await queue.receiveMessages()).receivedMessageItems.map((item) => item.messageText);
    expect(await receive()).toEqual([]);
    clock.advance(HOUR_MS + 1_000);
    await expect.poll(receive).toEqual(['later']);
  } finally {
    await azurite.stop();
  }
});

test('a process uses the clock and its own skew, whether it started before or after the clock was advanced', async () => {
  await using folder = await temporaryFolder();
  const clock = new TestClock(folder.path);
  clock.advance(HOUR_MS);
  const program = `
    process.stdin.on('data', () => console.log([Date.now(), +new Date(), Date.parse(new Date().toISOString())].join()));
    console.log('ready');`;
  const child = spawn(process.execPath, ['-e', program], {
    env: { ...process.env, ...clock.environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const lines = createInterface({ input: child.stdout });
    const nextLine = () => new Promise<string>((resolve) => lines.once('line', resolve));
    await nextLine();
    clock.tell(child.pid ?? 0);
    clock.skew(child.pid ?? 0, -60_000);
    const ahead = async (): Promise<number[]> => {
      const asked = Date.now();
      child.stdin.write('now\n');
      const line = await nextLine();
      // The time that the answer took isn't the clock's.
      return line.split(',').map((time) => Math.floor((Number(time) - asked) / HOUR_MS));
    };
    await expect.poll(ahead).toEqual([0, 0, 0]);
    clock.skew(child.pid ?? 0, 0);
    await expect.poll(ahead).toEqual([1, 1, 1]);
    clock.advance(2 * HOUR_MS);
    await expect.poll(ahead).toEqual([3, 3, 3]);
    expect(Math.floor((clock.now() + 1 - Date.now()) / HOUR_MS)).toBe(3);
  } finally {
    child.kill();
  }
});
