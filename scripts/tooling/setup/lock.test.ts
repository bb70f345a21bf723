import fs, { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '@tally/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeLock } from './lock.mjs';

/** A holder that beats a hundred times within the time of silence. */
const quick = { beatMs: 10, silenceMs: 1_000 };
const { mkdirSync: mkdir } = fs;
const otherMark = 'process 1 on another, token, 7';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let lockFolder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  lockFolder = join(folder.path, 'made', 'on', 'the', 'way');
});
afterEach(() => folder.remove());

/** Refuses to wait for a living holder. */
function onHeld(holder: string): never {
  throw new Error(`held by ${holder}`);
}

/** Leaves a lock as a crash does: no process renames its file any more. */
function leaveBehind(...names: string[]): void {
  mkdirSync(lockFolder, { recursive: true });
  for (const name of names) writeFileSync(join(lockFolder, name), '');
}

/** Replaces a function of the file system for as long as the returned object lives. */
function replaced(name: 'linkSync' | 'mkdirSync', by: (path: string) => void): Disposable {
  const { [name]: original } = fs;
  const put = (replacement: unknown): void => {
    Object.assign(fs, { [name]: replacement });
    syncBuiltinESMExports();
  };
  put(by);
  return { [Symbol.dispose]: () => put(original) };
}

test('a lock is held by one process until its release, and leaves nothing behind', async () => {
  const lock = await takeLock(lockFolder, quick);
  const expected = new Error(`held by process ${process.pid}`);
  await expect(takeLock(lockFolder, { ...quick, onHeld })).rejects.toThrow(expected);
  lock.release();
  lock.release();
  expect(readdirSync(join(lockFolder, '..'))).toEqual([]);
  (await takeLock(lockFolder, quick)).release();
});

test('of several waiting processes one at a time holds it', async () => {
  let atOnce = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    const lock = await takeLock(lockFolder, quick);
    most = Math.max(most, ++atOnce);
    await sleep(20);
    atOnce--;
    lock.release();
  };
  await Promise.all([work(), work(), work(), work()]);
  expect(most).toBe(1);
  expect(existsSync(lockFolder)).toBe(false);
});

test('a holder that is alive is told once, however long the wait is', async () => {
  const lock = await takeLock(lockFolder, quick);
  const told: string[] = [];
  const waiting = takeLock(lockFolder, { ...quick, onHeld: (holder) => told.push(holder) });
  await sleep(200);
  lock.release();
  (await waiting).release();
  expect(told).toHaveLength(1);
});

test.each([
  ['empty, because its holder ended before it wrote its name', []],
  ['of another program', ['.DS_Store']],
  ['one whose process id was given to another process', [otherMark]],
])('a leftover lock that is %s is taken over, by one of all that want it', async (_, names) => {
  leaveBehind(...names);
  const results = await Promise.allSettled([1, 2, 3, 4].map(() => takeLock(lockFolder, { ...quick, onHeld })));
  const locks = results.filter((result) => result.status === 'fulfilled');
  expect(locks).toHaveLength(1);
  for (const { value } of locks) value.release();
  expect(readdirSync(join(lockFolder, '..'))).toEqual([]);
});

test('a holder on another machine is named with it', async () => {
  leaveBehind(otherMark);
  const told: string[] = [];
  (await takeLock(lockFolder, { ...quick, onWatch: (holder) => told.push(holder) })).release();
  expect(told).toEqual(['process 1 on another']);
});

test('what two processes have left behind blocks no later one', async () => {
  leaveBehind('process 2 on another, token, 0', otherMark);
  (await takeLock(lockFolder, { ...quick, onHeld })).release();
  (await takeLock(lockFolder, { ...quick, onHeld })).release();
  expect(existsSync(lockFolder)).toBe(false);
});

test('a holder that was taken over finds out, and leaves the lock to the other', async () => {
  const lock = await takeLock(lockFolder, quick);
  const [name = ''] = readdirSync(lockFolder);
  renameSync(join(lockFolder, name), join(lockFolder, otherMark));
  expect((await lock.lost).message).toContain(lockFolder);
  lock.release();
  expect(readdirSync(lockFolder)).toEqual([otherMark]);
});

test('a process that stood still while it took the lock leaves it to the one that has it by then', async () => {
  using _ = replaced('mkdirSync', (path) => {
    mkdir(path);
    if (path === lockFolder) writeFileSync(join(path, otherMark), '');
  });
  const controller = new AbortController();
  const onWatch = (): void => controller.abort(new Error('stopped'));
  await expect(takeLock(lockFolder, { ...quick, onWatch, signal: controller.signal })).rejects.toThrow('stopped');
  expect(readdirSync(lockFolder)).toEqual([otherMark]);
});

test('no hard link is needed', async () => {
  using _ = replaced('linkSync', () => {
    throw Object.assign(new Error('ENOTSUP: operation not supported on socket, link'), { code: 'ENOTSUP' });
  });
  (await takeLock(lockFolder, quick)).release();
});

test('a path that takes no folder is reported at once', async () => {
  writeFileSync(join(folder.path, 'file'), '');
  await expect(takeLock(join(folder.path, 'file', 'lock'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(takeLock('/proc/lock')).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(takeLock('/proc/nope/lock')).rejects.toMatchObject({ code: 'ENOENT' });
});

test("a watch can be stopped, and throws the signal's reason", async () => {
  leaveBehind(otherMark);
  const signal = AbortSignal.timeout(1);
  const error: unknown = await takeLock(lockFolder, { signal }).catch((caught: unknown) => caught);
  expect(error).toBe(signal.reason);
});
