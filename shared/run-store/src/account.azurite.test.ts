import { startAzurite } from '@tally/azurite';
import { temporaryFolder } from '@tally/testing';
import { afterAll, beforeAll } from 'vitest';
import { connectTables } from './azure/connect-tables.ts';
import { describeListing } from './listing.conformance.ts';
import { describeRunStore } from './run-store.conformance.ts';
import { describeShardCommitter } from './shard-committer.conformance.ts';
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

const connect = async () => connectTables({ kind: 'connectionString', value: connectionString });
describeTables('on an account', connect);
describeRunStore('on an account', connect);
describeListing('on an account', connect);
describeShardCommitter('on an account', connect);
