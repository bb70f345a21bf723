import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tally/testing';
import { expect, test } from 'vitest';
import { storageOf } from './upload-storage.ts';

const target = { baseUrl: 'https://tally.example', photoPorts: [] };
const accountOf = (name: string) =>
  `AccountName=${name};AccountKey=a2V5;DefaultEndpointsProtocol=https;EndpointSuffix=core.windows.net`;
const addressIn = async (store: ReturnType<typeof storageOf>) =>
  new URL(await store.link({ container: 'uploads', name: 'a' }, 60_000)).hostname;

test("a file on the command line wins over the system's data, and that over the environment", async () => {
  await using folder = await temporaryFolder();
  const storageFile = join(folder.path, 'storage');
  writeFileSync(storageFile, `${accountOf('infile')}\n`);
  const env = { TallyStorage: accountOf('inenv') };
  const known = { ...target, storage: accountOf('known') };
  expect(await addressIn(storageOf(known, { storageFile, env }))).toMatch(/^infile\./);
  expect(await addressIn(storageOf(known, { storageFile: undefined, env }))).toMatch(/^known\./);
  expect(await addressIn(storageOf(target, { storageFile: undefined, env }))).toMatch(/^inenv\./);
});

test('an unknown or missing account is reported without the given value', () => {
  const without = () => storageOf(target, { storageFile: undefined, env: { TallyStorage: '' } });
  expect(without).toThrow(/https:\/\/tally\.example.*--storage-file/);
  const wrong = () => storageOf(target, { storageFile: undefined, env: { TallyStorage: 'AccountKey=secret' } });
  expect(wrong).toThrow(/^The connection string of the storage account is invalid\.$/);
});
