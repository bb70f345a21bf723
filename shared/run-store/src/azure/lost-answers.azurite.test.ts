import { type Azurite, startAzurite } from '@tally/azurite';
import { type CountingProxy, type Disturbance, startCountingProxy, temporaryFolder } from '@tally/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createShardCommitter } from '../commit/shard-committer.ts';
import {
  NOON,
  newChunks,
  newLedger,
  recordOf,
  runningRun,
  shardKey,
  sumPolicy,
  sumShape,
  viewOf,
} from '../fixtures/sum-chain.fixture.ts';
import { createRunStore } from '../run-store.ts';
import { UnknownOutcomeError } from '../tables/errors.ts';
import type { Row, Tables } from '../tables/tables.ts';
import { connectTables } from './connect-tables.ts';

/** Disturbs the next requests, one each, then lets all pass. */
const disturbances: Disturbance[] = [];
let azurite: Azurite;
let proxy: CountingProxy;
let tables: Tables;
let remove: () => Promise<void>;

const loseAnswer: Disturbance = async (_request, forward) => {
  await forward();
  return 'reset';
};
const loseRequest: Disturbance = async () => 'reset';
const serverBusy: Disturbance = async () => ({ status: 503, rawHeaders: [], body: Buffer.alloc(0) });

beforeAll(async () => {
  const folder = await temporaryFolder();
  remove = () => folder.remove();
  azurite = await startAzurite({ location: folder.path });
  proxy = await startCountingProxy(azurite, {
    disturb: async (request, forward) => (await disturbances.shift()?.(request, forward)) ?? (await forward()),
  });
  tables = connectTables({ kind: 'connectionString', value: proxy.connectionString });
  await tables.create(['letters']);
});
afterAll(async () => {
  await proxy.stop();
  await azurite.stop();
  await remove();
});
beforeEach(() => {
  disturbances.length = 0;
});

const row = (partitionKey: string, rowKey: string): Row => ({ partitionKey, rowKey, cells: { text: 'x' } });

/** How many requests are made during `work`. */
async function requestsOf(work: () => Promise<unknown>): Promise<number> {
  const before = proxy.exchanges.length;
  await work();
  return proxy.exchanges.length - before;
}

test.each([
  { what: 'a lost answer', disturbance: loseAnswer, isWritten: true },
  { what: 'a lost request', disturbance: loseRequest, isWritten: false },
  { what: 'a busy server', disturbance: serverBusy, isWritten: false },
])('$what: a write is not repeated, since its outcome is unknown', async ({ what, disturbance, isWritten }) => {
  const writes = [row(what, 'a'), row(what, 'b'), row(what, 'c')].map((one) => ({ kind: 'insert', row: one }) as const);
  for (const part of [writes.slice(0, 1), writes.slice(1)]) {
    disturbances.push(disturbance);
    const requests = await requestsOf(async () => {
      await expect(tables.write('letters', part)).rejects.toBeInstanceOf(UnknownOutcomeError);
    });
    expect(requests).toBe(1);
    for (const { row: one } of part) {
      expect((await tables.get('letters', what, one.rowKey)) !== null).toBe(isWritten);
    }
  }
});

test('a read is repeated until it gets an answer', async () => {
  await tables.write('letters', [{ kind: 'insert', row: row('read', 'a') }]);
  disturbances.push(loseAnswer, serverBusy, loseRequest);
  const requests = await requestsOf(async () => {
    expect(await tables.get('letters', 'read', 'a')).toMatchObject({ cells: { text: 'x' } });
  });
  expect(requests).toBe(4);
});

test('I4: over the wire, a commit whose answer is lost yields the sends of its claims and counts once', async () => {
  const runs = createRunStore({ tables });
  await runs.prepare();
  const store = runs.shards(sumShape);
  const run = viewOf(runningRun('lost', {}, { total: 4, window: 2 }));
  const { chunks: known } = await store.insertShard(shardKey(run), newLedger(4, 2), newChunks(4));
  const committer = createShardCommitter({
    pause: async (ms) => await runs.pause(ms),
    store,
    policy: sumPolicy,
    now: () => NOON + 1_000,
  });
  await committer.commit(shardKey(run), { run, event: recordOf(0, 'a'), known });
  disturbances.push(loseAnswer);
  const commit = await committer.commit(shardKey(run), { run, event: recordOf(1, 'b'), known });
  if (commit === 'missing') throw new Error('no ledger');
  expect(commit.effects).toMatchObject([{ type: 'send-chunk', chunk: 3 }]);
  expect((await store.readLedger(shardKey(run)))?.value).toMatchObject({ succeeded: 2, fold: { total: 3 } });
});
