import { readFile } from 'node:fs/promises';
import { type StubbedSystem, startStubbedSystem } from '@tally/test-system';
import { growthOf, waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { endedStatus, postRun, readStatus } from './calls.fixture.ts';
import { expectedOutput, imageUrls } from './expected.fixture.ts';
import { depth, peek, readCells, readLedgers, readLives, readOutcomes } from './rows.fixture.ts';

const COUNT = 10_000;
/** The default window of 2,048 images, by 46 images a chunk. */
const WINDOW_CHUNKS = 44;
const urls = imageUrls(COUNT);

let system: StubbedSystem;
/** All message texts that were put, with their queue, as they passed through the proxy. */
const messages: { queue: string; text: string }[] = [];

beforeAll(async () => {
  system = await startStubbedSystem({
    proxy: {
      observe: ({ operation, target, message }) => {
        if (operation === 'PutMessage' && message !== undefined) messages.push({ queue: target, text: message });
      },
    },
  });
  return () => system.stop();
}, 180_000);

test('a run of 10,000 images completes with the right result, within its window and its budget of requests', async () => {
  const seen: { open: number; peeked: string[] } = { open: 0, peeked: [] };
  const begun = performance.now();
  const before = system.proxy.exchanges.length;
  const { id, statusQueryGetUri } = await postRun(system, urls);
  const ended = await waitUntil(
    async () => {
      const ledgers = await readLedgers(system.storage, id);
      seen.open = Math.max(
        seen.open,
        ledgers.reduce((sum, ledger) => sum + ledger.open.length, 0),
      );
      // I3: the claimed part of a run never exceeds its window.
      expect(seen.open).toBeLessThanOrEqual(WINDOW_CHUNKS);
      seen.peeked.push(...(await peek(system.storage, 'detect')));
      return await endedStatus(statusQueryGetUri);
    },
    { describe: 'the run has ended', hangGuardMs: 300_000, pollMs: 200 },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${system.log()}`, { cause: error });
  });
  const seconds = (performance.now() - begun) / 1000;
  await waitUntil(async () => (await readLives(system.storage)).length === 0, {
    describe: 'finalization is done',
  });

  expect(ended.runtimeStatus).toBe('Completed');
  expect(ended.output).toMatchObject(expectedOutput(urls));
  expect(ended.counts).toMatchObject({ total: COUNT, succeeded: COUNT, failed: 0, inFlight: 0, pending: 0 });
  expect(seen.open).toBeGreaterThan(0);
  expect(seen.peeked.length).toBeGreaterThan(0);

  // I1: every item has exactly one result.
  const outcomes = await readOutcomes(system.storage, id);
  expect(outcomes.size).toBe(COUNT);
  expect(new Set(outcomes.values())).toEqual(new Set(['succeeded']));
  for (const queue of ['detect-poison', 'intake-poison', 'aggregate-poison'])
    expect(await depth(system.storage, queue)).toBe(0);

  assertBudget(before, seconds, id);
  await assertMemory();
}, 600_000);

/** The smallest instance that a Flex Consumption app can have. */
const INSTANCE_MIB = 512;

/** The highest memory use of each app fits on the smallest instance, with its host. */
async function assertMemory(): Promise<void> {
  if (process.platform !== 'linux') {
    console.log('the memory of detect is not looked at: this system has no /proc');
    return;
  }
  for (const { app, pid } of Object.values(system.processes).flat()) {
    const peakKib = Number(/^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]);
    console.log(`${app} needed ${Math.round(peakKib / 1024)} MiB at most`);
    expect(peakKib).toBeGreaterThan(0);
    expect(peakKib / 1024).toBeLessThan(INSTANCE_MIB);
  }
}

/**
 * At most 0.1 storage requests an image, counted at the proxy. Requests that grow with time are counted
 * separately.
 */
function assertBudget(before: number, seconds: number, runId: string): void {
  const exchanges = system.proxy.exchanges.slice(before);
  const isRunRow = (exchange: (typeof exchanges)[number]) => growthOf(exchange, runId) === 'run-reads';
  // This test itself asks for the run's status, which reads the ledgers.
  const isStatus = ({ operation, url }: (typeof exchanges)[number]) =>
    operation === 'GetEntity' && decodeURIComponent(url).includes(`RowKey='shard'`);
  const counted = exchanges.filter((exchange) => growthOf(exchange, runId) === 'work' && !isStatus(exchange));
  const growing = exchanges.length - counted.length;
  const byOperation = Object.entries(Object.groupBy(counted, ({ operation, target }) => `${operation} ${target}`)).map(
    ([name, list]) => `${name}: ${list?.length ?? 0}`,
  );
  const perImage = counted.length / COUNT;
  console.log(
    `${perImage.toFixed(4)} storage requests an image (${counted.length} for ${COUNT})\n  ${byOperation.sort().join('\n  ')}`,
  );
  console.log(`with time: ${growing} in ${seconds.toFixed(1)} s`);
  expect(perImage).toBeLessThanOrEqual(0.1);
  // Separately: one read of the run row for each second and process (intake, detect, aggregate), and one for
  // each shard that is counted or closed.
  expect(exchanges.filter(isRunRow).length).toBeLessThanOrEqual(4 * seconds + 5 * SHARDS + 20);
}
const SHARDS = 10;

test('every message and every row is readable text', async () => {
  // At least the first claims of the whole window: deliveries go on with later claims without a message.
  expect(messages.length).toBeGreaterThan(WINDOW_CHUNKS);
  const message = z.looseObject({ v: z.literal(3), runId: z.string(), gen: z.string() });
  for (const { text } of messages) {
    const parsed = message.parse(JSON.parse(text));
    // The Functions host overwrites a message's metadata with properties of these names.
    expect(Object.keys(parsed)).not.toEqual(expect.arrayContaining(['id']));
    expect(Object.keys(parsed)).not.toEqual(expect.arrayContaining(['dequeueCount']));
    expect(Object.keys(parsed)).not.toEqual(expect.arrayContaining(['popReceipt']));
    // A message only refers to data: its longest field is a note or a few numbers.
    expect(text.length).toBeLessThan(1_000);
  }
  for (const table of ['runs', 'chunks', 'index']) {
    for (const { row, column, text } of await readCells(system.storage, table)) {
      // A column with structure holds JSON. No column holds encoded bytes.
      if (/^[[{]/.test(text)) expect(isJson(text), `${table} ${row} ${column}`).toBe(true);
      expect(text, `${table} ${row} ${column}`).not.toMatch(/\p{Cc}/u);
    }
  }
});

test('the status of an ended run does not change', async () => {
  const { statusQueryGetUri } = await postRun(system, urls.slice(0, 3));
  const ended = await waitUntil(() => endedStatus(statusQueryGetUri), { describe: 'the small run has ended' });
  expect(await readStatus(statusQueryGetUri)).toEqual(ended);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
