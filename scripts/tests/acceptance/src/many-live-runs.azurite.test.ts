import { defineChain } from '@tally/chain';
import { compose, MapStages, RunCache, type StepContext, startRun, watchRuns } from '@tally/run-steps';
import { connectTables, livePartition, type Row, type RowWrite, TABLES, type Tables } from '@tally/run-store';
import { startTemporaryAzurite } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';

const { definition: asking } = defineChain({ name: 'asking', version: 1, app: 'asking', input: z.null() })
  .wait('answer', { event: 'Answer', payload: z.boolean() })
  .output(() => null);
const { definition: adding } = defineChain({
  ...{ name: 'adding', version: 1, app: 'adding' },
  input: z.object({ numbers: z.array(z.number()) }),
})
  .rootMap('add', { itemsOf: 'numbers', item: z.number(), result: z.number() })
  .output(() => null);

const WAITING = 1_800;
const BROKEN = 200;
/**
 * How much of the pass's time the read of a run takes here. It is time of the test's clock, so that the
 * budget always ends at the same read.
 */
const LOOK_MS = 100;
/** One pass each half minute. */
const PASSES = 6;
const AT_ONCE = 32;

let storage = '';
let tables: Tables;
beforeAll(async () => {
  const azurite = await startTemporaryAzurite();
  storage = azurite.connectionString;
  tables = connectTables({ kind: 'connectionString', value: storage });
  return () => azurite.stop();
});

/**
 * Inserts the rows of a run unchanged under other ids, so that each further run costs only a request or two.
 */
async function plantCopies(runId: string, generation: string, ids: readonly string[]): Promise<void> {
  const [own, shard] = [
    await rowsOf(TABLES.runs, runId),
    await rowsOf(TABLES.chunks, `${runId}:${generation}:add.1:0000`),
  ];
  const plant = async (id: string) => {
    await insert(TABLES.runs, own, id);
    if (shard.length > 0) await insert(TABLES.chunks, shard, `${id}:${generation}:add.1:0000`);
  };
  const left = [...ids];
  const planter = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) await plant(id);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, planter));
  const [live] = await rowsOf(TABLES.index, livePartition(runId), runId);
  if (live === undefined) throw new Error('no live row');
  const lives = Map.groupBy(ids, livePartition);
  for (const [partitionKey, some] of lives)
    for (let first = 0; first < some.length; first += 100)
      await tables.write(
        TABLES.index,
        some
          .slice(first, first + 100)
          .map((rowKey): RowWrite => ({ kind: 'insert', row: { ...live, partitionKey, rowKey } })),
      );
}

async function rowsOf(table: string, partitionKey: string, rowKey?: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of tables.list(table, { partitionKey })) rows.push(row);
  return rows.filter((row) => rowKey === undefined || row.rowKey === rowKey);
}

async function insert(table: string, rows: readonly Row[], partitionKey: string): Promise<void> {
  await tables.write(
    table,
    rows.map(({ rowKey, cells }): RowWrite => ({ kind: 'insert', row: { partitionKey, rowKey, cells } })),
  );
}

/** The queues of a process whose messages are recorded and then lost. */
function losing(steps: StepContext, sent: string[]): StepContext['queues'] {
  const { queues } = steps;
  return {
    create: (names) => queues.create(names),
    headInsertedAt: (queue) => queues.headInsertedAt(queue),
    peek: (queue) => queues.peek(queue),
    depth: (queue) => queues.depth(queue),
    takeDelivered: (queue, deliveries) => queues.takeDelivered(queue, deliveries),
    deleteTaken: (queue, taken) => queues.deleteTaken(queue, taken),
    send: async (_, text) => {
      sent.push(z.object({ runId: z.string() }).parse(JSON.parse(text)).runId);
    },
  };
}

const names = (what: string, count: number) => Array.from({ length: count }, (_, place) => `${what}-${place}`);

test('of 2,000 live runs, 200 with lost messages are all repaired within three minutes of passes', async () => {
  const quiet = { info: () => {}, warn: () => {} };
  const composed = compose({ chains: [asking, adding] }, { kind: 'connectionString', value: storage }, quiet);
  await composed.prepare();
  const { steps } = composed;
  const { store, registry } = steps;
  const starting = { ...steps, queues: losing(steps, []) };
  const options = { tolerance: {} };
  await startRun(starting, { chain: asking, runId: 'waiting', options, input: null, shownInput: null });
  const input = { numbers: [1, 2, 3] };
  await startRun(starting, { chain: adding, runId: 'broken', options, input, shownInput: null });
  const generationOfRun = async (runId: string) => (await store.readRun(runId))?.value.generation ?? '';
  const broken = names('broken', BROKEN - 1);
  await plantCopies('waiting', await generationOfRun('waiting'), names('waiting', WAITING - 1));
  await plantCopies('broken', await generationOfRun('broken'), broken);

  let clock = Date.now() + 120_000;
  let looks = 0;
  const now = () => clock;
  const readRun: typeof store.readRun = async (runId) => {
    looks += 1;
    clock += LOOK_MS;
    return await store.readRun(runId);
  };
  const sent: string[] = [];
  const caches = { runs: new RunCache({ readRun }, now), maps: new MapStages(registry, { store, now }) };
  const watching: StepContext = { ...steps, ...caches, now, queues: losing(steps, sent) };
  const begun = performance.now();
  let [passes, isWhole] = [0, false];
  const mended = () => new Set(sent).size;
  while (mended() < BROKEN && passes < PASSES) {
    const first = sent.length;
    const report = await watchRuns(watching);
    // Waiting runs are read, but not repaired.
    expect(report).toMatchObject({ failed: [], repaired: new Set(sent.slice(first)).size });
    [passes, isWhole] = [passes + 1, report.isWhole];
  }
  const took = Math.round(performance.now() - begun);
  console.log(`2,000 live runs, 200 broken, on Azurite: ${passes} passes, ${looks} looks at runs, ${took} ms`);
  expect(mended()).toBe(BROKEN);
  // One pass had no time for all of them.
  expect(passes).toBeGreaterThan(1);
  for (; !isWhole && passes < PASSES; passes += 1) ({ isWhole } = await watchRuns(watching));
  const before = looks;
  expect(await watchRuns(watching)).toMatchObject({ live: WAITING + BROKEN, isWhole: true });
  // Runs that only wait are skipped for ten minutes.
  expect(looks - before).toBeLessThanOrEqual(BROKEN);
});
