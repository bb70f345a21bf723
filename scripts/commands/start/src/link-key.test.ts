import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tally/testing';
import { expect, test } from 'vitest';
import { linkKeyIn } from './link-key.ts';

test('a data folder keeps its key, which only this user can read', async () => {
  await using folder = await temporaryFolder();
  const data = join(folder.path, 'data');
  const key = linkKeyIn(data);
  expect(key.length).toBeGreaterThanOrEqual(32);
  expect(linkKeyIn(data)).toBe(key);
  expect(linkKeyIn(join(folder.path, 'other'))).not.toBe(key);
  if (process.platform !== 'win32') expect(statSync(join(data, 'link-key')).mode & 0o777).toBe(0o600);
});

test('a truncated key is replaced, and without a folder no key is stored', async () => {
  await using folder = await temporaryFolder();
  writeFileSync(join(folder.path, 'link-key'), 'short');
  expect(linkKeyIn(folder.path)).not.toBe('short');
  expect(linkKeyIn(undefined)).not.toBe(linkKeyIn(undefined));
});
