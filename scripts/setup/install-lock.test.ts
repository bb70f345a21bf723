import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withInstallLock } from './install-lock.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tally-install-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('of several installs one runs at a time', async () => {
  const file = join(folder, 'not', 'yet', 'there', 'install.lock');
  let atOnce = 0;
  let most = 0;
  const install = async (): Promise<void> => {
    atOnce++;
    most = Math.max(most, atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    atOnce--;
  };
  await Promise.all([withInstallLock(file, install), withInstallLock(file, install), withInstallLock(file, install)]);
  expect(most).toBe(1);
  expect(existsSync(file)).toBe(false);
});

test('a failed install lets the next one in', async () => {
  const file = join(folder, 'install.lock');
  await expect(withInstallLock(file, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network');
  await withInstallLock(file, () => Promise.resolve());
});

test('the lock of a process that is gone is taken over', async () => {
  const file = join(folder, 'install.lock');
  const beyondAnyPid = 2 ** 22 + 1; // Linux allows process ids up to 2^22.
  writeFileSync(file, String(beyondAnyPid));
  let ran = false;
  await withInstallLock(file, async () => {
    ran = true;
  });
  expect(ran).toBe(true);
});
