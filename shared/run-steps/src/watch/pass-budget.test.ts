import { defineChain } from '@tally/chain';
import { beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { audit, runToEnd, sumOfSquares } from '../fixtures/audit.fixture.ts';
import { MemorySystem, squares } from '../fixtures/memory-system.fixture.ts';
import { watchRuns } from './watch-runs.ts';

const { definition: asking } = defineChain({ name: 'asking', version: 1, app: 'asking', input: z.null() })
  .wait('answer', { event: 'Answer', payload: z.boolean() })
  .output(() => null);

/** Of two shards. */
const COUNT = 14;

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem([squares, asking]);
  await system.prepare();
});

/** Runs that only wait, and runs that have lost all their messages. */
async function live(waiting: number, broken: number): Promise<void> {
  const steps = system.worker();
  for (let run = 0; run < waiting; run += 1) await system.startChain(asking, null, { runId: `waiting ${run}` }, steps);
  for (let run = 0; run < broken; run += 1) await system.start(COUNT, { runId: `broken ${run}` }, steps);
  for (const name of ['intake', 'square', 'aggregate'])
    system.queues.receive(name, { visibilityMs: 10 ** 9, max: 10_000 });
  system.clock += 120_000;
}

/** Each read of a row takes this long, whatever waits for it. */
function slowReads(ms: number): void {
  const get = system.tables.get.bind(system.tables);
  system.tables.get = async (...keys) => {
    system.clock += ms;
    return await get(...keys);
  };
}

/** The runs whose rows were read since. */
function looked(since: number): Set<string> {
  const lines = system.tables.requests.slice(since).flatMap((line) => /^get runs (.*)\/run$/.exec(line)?.[1] ?? []);
  return new Set(lines);
}

test('a pass without live runs takes one request', async () => {
  const { requests } = system.tables;
  requests.length = 0;
  expect(await watchRuns(system.worker())).toMatchObject({ live: 0, isWhole: true });
  expect(requests).toEqual(['list index live…']);
});

test('the broken ones of 2,000 runs are repaired in as many passes as their reads take, wherever they are', async () => {
  await live(1_800, 200);
  slowReads(5);
  const begun = performance.now();
  const wholes: boolean[] = [];
  let repaired = 0;
  while (wholes.at(-1) !== true) {
    const report = await watchRuns(system.worker(), { budgetMs: 5_000 });
    expect(report.failed).toEqual([]);
    repaired += report.repaired;
    wholes.push(report.isWhole);
  }
  console.log(`2,000 live runs, 200 broken: ${wholes.length} passes, ${Math.round(performance.now() - begun)} ms`);
  // One read for each run, and a few more for each broken one: about 3,400 reads of 5 ms, 5 s a pass, and a
  // pass that looks at runs twice.
  expect(wholes.length).toBeGreaterThan(1);
  expect(wholes.length).toBeLessThanOrEqual(6);
  // Runs that only wait are not among them.
  expect(repaired).toBe(200);
  const { requests } = system.tables;
  const since = requests.length;
  await watchRuns(system.worker(), { budgetMs: 5_000 });
  expect([...looked(since)].filter((runId) => runId.startsWith('waiting'))).toEqual([]);
});

test('a pass without time still looks at some runs, and the next one continues behind them, round and round', async () => {
  await live(0, 40);
  slowReads(1);
  const seen = new Map<string, number>();
  for (let pass = 0; pass < 120; pass += 1) {
    const since = system.tables.requests.length;
    const { live: begun } = await watchRuns(system.worker(), { budgetMs: 0 });
    expect(begun).toBeGreaterThan(0);
    for (const runId of looked(since)) seen.set(runId, (seen.get(runId) ?? 0) + 1);
  }
  expect(seen.size).toBe(40);
  expect(Math.min(...seen.values())).toBeGreaterThanOrEqual(2);
});

test('I8: concurrent passes repair each run, and one of them moves the cursor', async () => {
  await live(20, 20);
  slowReads(1);
  for (let pass = 0; pass < 8; pass += 1) {
    const both = [system.worker(), system.worker()].map((steps) => watchRuns(steps, { budgetMs: 50 }));
    for (const { failed } of await Promise.all(both)) expect(failed).toEqual([]);
  }
  for (let run = 0; run < 20; run += 1) {
    await runToEnd(system, `broken ${run}`);
    expect((await audit(system, `broken ${run}`)).sum).toBe(sumOfSquares(COUNT));
  }
});

test('a run whose live row is where an older version of Tally has put it is repaired, and ends without a live row', async () => {
  await live(0, 3);
  const { tables } = system;
  for await (const row of tables.list('index', { partitionKey: { from: 'live:', to: 'live;' } })) {
    await tables.write('index', [{ kind: 'insert', row: { ...row, partitionKey: 'live' } }]);
    // One of them has a live row of a newer Tally too.
    if (row.rowKey !== 'broken 0') await tables.write('index', [{ kind: 'delete', ...row }]);
  }
  for (let run = 0; run < 3; run += 1) await runToEnd(system, `broken ${run}`);
  for (let pass = 0; pass < 3; pass += 1) await watchRuns(system.worker());
  const left = [];
  for await (const row of system.worker().store.listLive()) left.push(row.place);
  expect(left).toEqual([]);
});
