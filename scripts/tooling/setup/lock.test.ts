import fs, { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '@tally/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Lock, takeLock, waitForLock } from './lock.mjs';

/** A holder that beats a hundred times within the time of silence. */
const quick = { beatMs: 10, silenceMs: 1_000 };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let file: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder.path, 'made', 'on', 'the', 'way.lock');
});
afterEach(() => folder.remove());

async function taken(): Promise<Lock> {
  const lock = await takeLock(file, quick);
  if ('holder' in lock) throw new Error(`held by ${lock.holder}`);
  return lock;
}

/** Leaves a file as a crash does: no process writes it any more. */
async function leaveBehind(content: string): Promise<void> {
  (await taken()).release();
  writeFileSync(file, content);
}

test('a lock is held by one process until its release, and leaves nothing behind', async () => {
  const lock = await taken();
  expect(await takeLock(file, quick)).toEqual({ holder: `process ${process.pid}` });
  lock.release();
  lock.release();
  expect(readdirSync(join(file, '..'))).toEqual([]);
  (await taken()).release();
});

test('of several waiting processes one at a time holds it', async () => {
  let atOnce = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    const lock = await waitForLock(file, quick);
    most = Math.max(most, ++atOnce);
    await sleep(20);
    atOnce--;
    lock.release();
  };
  await Promise.all([work(), work(), work(), work()]);
  expect(most).toBe(1);
  expect(existsSync(file)).toBe(false);
});

test.each([
  ['empty', ''],
  ['cut', '{"token":"a'],
  ['one whose process id was given to another process', JSON.stringify({ token: 'a', process: 1, host: 'h', beat: 7 })],
])('a leftover file that is %s is taken over, by one of all that want it', async (_, content) => {
  await leaveBehind(content);
  const results = await Promise.all([1, 2, 3, 4].map(() => takeLock(file, quick)));
  const locks = results.filter((result) => 'release' in result);
  expect(locks).toHaveLength(1);
  for (const lock of locks) lock.release();
  expect(readdirSync(join(file, '..'))).toEqual([]);
});

test('an interrupted take-over blocks no later one', async () => {
  await leaveBehind('');
  fs.mkdirSync(`${file}.takeover`);
  fs.utimesSync(`${file}.takeover`, 0, 0);
  (await taken()).release();
});

test('a holder that was taken over finds out, and leaves the lock to the other', async () => {
  const lock = await taken();
  writeFileSync(file, "another holder's");
  expect((await lock.lost).message).toContain(file);
  lock.release();
  expect(existsSync(file)).toBe(true);
});

test('no hard link is needed', async () => {
  const { linkSync } = fs;
  fs.linkSync = () => {
    throw Object.assign(new Error('ENOTSUP: operation not supported on socket, link'), { code: 'ENOTSUP' });
  };
  syncBuiltinESMExports();
  try {
    (await taken()).release();
  } finally {
    fs.linkSync = linkSync;
    syncBuiltinESMExports();
  }
});

test('a path that takes no file is reported at once', async () => {
  writeFileSync(join(folder.path, 'file'), '');
  await expect(takeLock(join(folder.path, 'file', 'a.lock'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(takeLock('/proc/nope/a.lock')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a watch can be stopped', async () => {
  await leaveBehind('');
  const signal = AbortSignal.timeout(1);
  await expect(takeLock(file, { signal })).rejects.toThrow();
});
