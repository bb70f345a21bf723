import { startAzurite } from '@tally/azurite';
import { temporaryFolder } from '@tally/testing';
import { afterAll, beforeAll } from 'vitest';
import { connectTables } from './azure/connect-tables.ts';
import { describeTables } from './tables.conformance.ts';

let stop: () => Promise<void> = async () => {};
let connectionString = '';

beforeAll(async () => {
  const folder = await temporaryFolder();
  const azurite = await startAzurite({ location: folder.path });
  connectionString = azurite.connectionString;
  stop = async () => {
    await azurite.stop();
    await folder.remove();
  };
});
afterAll(() => stop());

describeTables('tables of an account', async () =>
  connectTables({ kind: 'connectionString', value: connectionString }),
);
