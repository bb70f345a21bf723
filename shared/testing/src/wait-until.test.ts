import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';
import { waitUntil } from './wait-until.ts';

test("a wait returns the condition's last value, including zero and the empty string", async () => {
  const values = [undefined, false, null, 0];
  expect(await waitUntil(() => values.shift(), { describe: 'a value comes', pollMs: 0 })).toBe(0);
});

test('a wait that times out says what it waited for', async () => {
  const never = waitUntil(() => false, { describe: 'pigs fly', hangGuardMs: 1, pollMs: 0 });
  await expect(never).rejects.toThrow('in vain until pigs fly');
});

test('an error in the condition ends the wait', async () => {
  const broken = (): boolean => {
    throw new Error('gone');
  };
  await expect(waitUntil(broken, { describe: 'it works' })).rejects.toThrow('gone');
});

test('a temporary folder is deleted with its content', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder.path, 'file'), 'content');
  await folder.remove();
  expect(existsSync(folder.path)).toBe(false);
});
