import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tally/testing';
import { expect, test } from 'vitest';
import { type PidLock, takePidLock } from './pid-lock.ts';

/** Above the highest process id of Linux (4,194,304), macOS and Windows in practice. */
const pidOfNobody = 999_999_999;

function taken(file: string): PidLock {
  const lock = takePidLock(file);
  if (typeof lock === 'number') throw new Error(`held by ${lock}`);
  return lock;
}

test('a lock is held by one until it is released, and leaves nothing behind', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'made', 'on', 'the', 'way.pid');
  const lock = taken(file);
  expect(takePidLock(file)).toBe(process.pid);
  lock.release();
  expect(existsSync(file)).toBe(false);
  taken(file).release();
  expect(readdirSync(join(file, '..'))).toEqual([]);
});

test('the lock of a process that is gone is taken over', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'lock.pid');
  writeFileSync(file, String(pidOfNobody));
  taken(file).release();
});
