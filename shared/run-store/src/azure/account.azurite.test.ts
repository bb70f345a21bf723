import { startTemporaryAzurite } from '@tally/testing';
import { beforeAll } from 'vitest';
import { describeShardCommitter } from '../commit/shard-committer.conformance.ts';
import { describeEventsAndSummaries } from '../records/events-and-summaries.conformance.ts';
import { describeIndex } from '../records/index-records.conformance.ts';
import { describeListing } from '../records/listing.conformance.ts';
import { describeShards } from '../records/shard-records.conformance.ts';
import { describeRunWrites } from '../records/write-run.conformance.ts';
import { describeRunStore } from '../run-store.conformance.ts';
import { describeLists } from '../tables/lists.conformance.ts';
import { describeTables } from '../tables/tables.conformance.ts';
import { connectTables } from './connect-tables.ts';

let connectionString = '';
beforeAll(async () => {
  const azurite = await startTemporaryAzurite();
  connectionString = azurite.connectionString;
  return () => azurite.stop();
});

const connect = async () => connectTables({ kind: 'connectionString', value: connectionString });
describeTables('on an account', connect);
describeLists('on an account', connect);
describeRunStore('on an account', connect);
describeRunWrites('on an account', connect);
describeEventsAndSummaries('on an account', connect);
describeShards('on an account', connect);
describeIndex('on an account', connect);
describeListing('on an account', connect);
describeShardCommitter('on an account', connect);
