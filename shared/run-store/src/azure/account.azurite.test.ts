import { startAzurite } from '@tally/azurite';
import { temporaryFolder } from '@tally/testing';
import { afterAll, beforeAll } from 'vitest';
import { describeShardCommitter } from '../commit/shard-committer.conformance.ts';
import { describeListing } from '../records/listing.conformance.ts';
import { describeRunStore } from '../run-store.conformance.ts';
import { describeTables } from '../tables/tables.conformance.ts';
import { connectTables } from './connect-tables.ts';

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
