import { type OperationId, operations } from '@tally/api';
import { type ChainDefinition, defineChain } from '@tally/chain';
import { aggregateMessageSchema, dispatchMessageSchema, workMessageSchema } from '@tally/contracts';
import {
  aggregateRun,
  aggregateStage,
  compose,
  dispatchRun,
  intakeStage,
  type StepContext,
  stagesOfNode,
  startRun,
  type TryItems,
  workChunk,
} from '@tally/run-steps';
import { type CountingProxy, startAzurite, startCountingProxy } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { answersWith } from './answers.ts';
import { readCall } from './call.ts';
import type { ApiResponse } from './exchange.ts';

/** docs/reads.md says what each operation of the API costs. These tests count it at the wire. */

const SHARDS = 64;
const number = z.number();
const shape = { item: number, result: number, retry: { attempts: 1, first: '1s' } } as const;
const input = z.object({ numbers: z.array(number) });
/** As many shards as a run may have, each with a chunk of two, ten of them at once. */
const { definition: wide } = defineChain({ name: 'wide', version: 1, app: 'adder', input })
  .rootMap('add', {
    ...{ itemsOf: 'numbers', ...shape, window: 20 },
    sizing: { maxChunkItems: 2, spread: 1, minShardItems: 2, maxShards: SHARDS },
  })
  .output(() => null);
/** Chunks and shards like those of a run of images. */
const { definition: long } = defineChain({ name: 'long', version: 1, app: 'teller', input })
  .rootMap('tell', {
    ...{ itemsOf: 'numbers', ...shape, window: 2_048 },
    sizing: { maxChunkItems: 32, spread: 64, minShardItems: 1_024, maxShards: SHARDS },
  })
  .wait('answer', { after: ['tell'], event: 'Answer', payload: z.boolean() })
  .output(() => null);

let proxy: CountingProxy;
/** The steps of intake, whose requests are counted. */
let steps: StepContext;
/** The steps that do the work in the meantime. */
let others: StepContext;
beforeAll(async () => {
  const azurite = await startAzurite({ inMemory: true });
  proxy = await startCountingProxy(azurite);
  const quiet = { info: () => {}, warn: () => {} };
  const connect = (value: string) => compose({ chains: [wide, long] }, { kind: 'connectionString', value }, quiet);
  const own = connect(azurite.connectionString);
  await own.prepare();
  others = own.steps;
  steps = connect(proxy.connectionString).steps;
  return async () => {
    await proxy.stop();
    await azurite.stop();
  };
});

const answers = answersWith(null);

interface Asked {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Calls an operation. @returns its answer, and the requests to the storage, one word per request */
async function call<Id extends OperationId>(
  id: Id,
  { params = {}, query = '', headers = {}, body }: Asked = {},
): Promise<{
  readonly answer: ApiResponse;
  readonly reads: number;
  readonly writes: number;
  readonly lines: string[];
}> {
  const operation = operations[id];
  const first = proxy.exchanges.length;
  const text = body === undefined ? '' : JSON.stringify(body);
  const request = {
    ...{ url: 'http://tally.test/api', runsUrl: 'http://tally.test/api/runs', params },
    headers: new Headers({ 'content-type': 'application/json', 'content-length': String(text.length), ...headers }),
    query: new URLSearchParams(query),
    arrayBuffer: async () => await new Blob([text]).arrayBuffer(),
  };
  const answer = await answers[id](steps, readCall(operation, operation, request));
  const lines = proxy.exchanges.slice(first).map((exchange) => `${exchange.operation} ${exchange.target}`);
  const reads = lines.filter((line) => /^(Get|Query|Queue|Peek)/.test(line)).length;
  return { answer, reads, writes: lines.length - reads, lines };
}

const tries: TryItems = async (items) =>
  new Map(items.map(({ index }) => [index, { kind: 'succeeded', result: index, durationMs: 1 }]));

/** Delivers the messages in the queues, at most `most` messages of work; one that is dropped is none. */
async function work(most = Number.POSITIVE_INFINITY): Promise<void> {
  const { queues } = others;
  const stages = [...stagesOfNode(wide, 'add'), ...stagesOfNode(long, 'tell')];
  let left = most;
  for (let isMoved = true; isMoved; ) {
    isMoved = false;
    for (const name of [intakeStage.name, aggregateStage.name, ...stages.map((stage) => stage.name)]) {
      if (left === 0 && stages.some((stage) => stage.name === name)) continue;
      for (const taken of await queues.takeDelivered(name, 0)) {
        const message: unknown = JSON.parse(taken.text);
        const stage = stages.find((one) => one.name === name);
        if (stage !== undefined) {
          if (left === 0) continue;
          const { kind } = await workChunk(others, stage, workMessageSchema.parse(message), tries);
          if (kind !== 'dropped') left -= 1;
        } else if (name === intakeStage.name) await dispatchRun(others, dispatchMessageSchema.parse(message));
        else await aggregateRun(others, aggregateMessageSchema.parse(message));
        await queues.deleteTaken(name, taken);
        isMoved = true;
      }
    }
  }
}

async function start(chain: ChainDefinition, runId: string, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const request = { chain, runId, options: { tolerance: {} }, input: { numbers }, shownInput: null };
  expect((await startRun(others, request)).kind).toBe('started');
}

/** Moves intake's clock by more than a second, so that its remembered counts are too old. */
let ahead = 0;
const later = () => {
  ahead += 1_001;
  steps = { ...steps, now: () => Date.now() + ahead };
};

test('a status reads the run row, the summaries by one query, and the ledgers of shards that may have begun', async () => {
  const params = { id: 'wide' };
  await start(wide, 'wide', SHARDS * 2);
  await work(0);
  later();
  const first = await call('getRun', { params });
  expect(first.answer.jsonBody).toMatchObject({ counts: { total: 128, pending: 108, inFlight: 20, succeeded: 0 } });
  // The run row, and ten shards of 64.
  expect(first.reads).toBe(1 + 10);
  // A caller that reads again, or at the same time, shares the counts, with or without a tag.
  const headers = { 'if-none-match': first.answer.headers?.['etag'] ?? '' };
  const again = await call('getRun', { params, headers });
  expect([again.answer.status, again.reads]).toEqual([304, 1]);
  expect((await call('getRun', { params })).reads).toBe(1);

  await work(6);
  const moved = await call('getRun', { params, headers });
  expect(moved.answer.jsonBody).toMatchObject({ counts: { succeeded: 12, inFlight: 20 } });
  expect([moved.answer.status, moved.reads]).toEqual([202, 1 + 1 + 10]);

  // A narrower window leaves claims as they are, so they are counted.
  const narrowed = await call('updateRun', { params, body: { window: 2 } });
  expect([narrowed.reads, narrowed.writes]).toEqual([1, 2]);
  const narrow = await call('getRun', { params });
  expect(narrow.answer.jsonBody).toMatchObject({ counts: { succeeded: 12, inFlight: 20, pending: 96 } });
  expect(narrow.reads).toBe(1 + 1 + 10);

  // A caller sees its own change at once.
  const ended = await call('terminateRun', { params });
  expect(ended.answer.status).toBe(202);
  expect((await call('getRun', { params })).answer.jsonBody).toMatchObject({ runtimeStatus: 'Terminated' });
  await work();
  later();
  const last = await call('getRun', { params });
  expect(last.answer.jsonBody).toMatchObject({ counts: { succeeded: 12, aborted: 116 } });
  expect([last.answer.status, last.reads]).toEqual([200, 1]);
  const tag = { 'if-none-match': last.answer.headers?.['etag'] ?? '' };
  expect([(await call('getRun', { params, headers: tag })).answer.status]).toEqual([304]);
});

test('items read only their own chunks of the shard', async () => {
  const params = { id: 'long' };
  await start(long, 'long', 2_000);
  const rowsOf = (answer: ApiResponse) => pageSchema.parse(answer.jsonBody);
  const page = await call('listItems', { params, query: 'top=100' });
  expect(page.reads).toBe(1 + 1);
  const whole: number[] = rowsOf(page.answer).items.map(({ index }) => index);
  for (let token = rowsOf(page.answer).continuationToken; token !== null; ) {
    const next = await call('listItems', { params, query: `top=300&continuationToken=${token}` });
    // A page that crosses the end of a shard asks the next one.
    expect(next.reads).toBeLessThanOrEqual(1 + 2);
    whole.push(...rowsOf(next.answer).items.map(({ index }) => index));
    token = rowsOf(next.answer).continuationToken;
  }
  expect(whole).toEqual(Array.from({ length: 2_000 }, (_, index) => index));
  const none = await call('listItems', { params, query: 'top=100&status=failed' });
  expect([rowsOf(none.answer).items, none.reads]).toEqual([[], 1 + 2]);
});

const pageSchema = z.object({
  items: z.array(z.object({ index: z.number() })),
  continuationToken: z.string().nullable(),
});

test('a list of unfinished runs reads their live rows and run rows, however many runs have ended', async () => {
  const query = 'runtimeStatus=Running,Pending,Suspended&top=10';
  for (let run = 0; run < 4; run += 1) await start(long, `living ${run}`, 1);
  const listed = await call('listRuns', { query });
  const ids = z.array(z.object({ instanceId: z.string() })).parse(listed.answer.jsonBody);
  expect(ids.map(({ instanceId }) => instanceId).toSorted()).toEqual([
    ...[0, 1, 2, 3].map((run) => `living ${run}`),
    'long',
  ]);
  expect(listed.reads).toBe(1 + 5);
});

/**
 * Reads and writes, including messages, of a run of three items in one shard. The start of a process, and the
 * first run of a day, write one more row.
 */
const MOST: Readonly<Record<string, readonly [reads: number, writes: number]>> = {
  start: [2, 10],
  suspend: [1, 1],
  resume: [1, 2],
  event: [2, 2],
  'status of an ended run': [1, 0],
  'status with history': [3, 0],
  restart: [4, 8],
  purge: [11, 9],
  // Days and lines, and one row per run. If another day is needed, its lines too.
  list: [2 + 5, 0],
  // The workers that are present, and each queue with its poison queue.
  chain: [1 + 12, 0],
  chains: [0, 0],
  // One query per stage. Each map has two, one of them for small runs.
  'dead letters': [6, 0],
  health: [17, 0],
  // The workers that are present, each queue with its poison queue, a peek at each that has messages,
  // letters. Then live rows with theirs; days, lines and one row per run; ledgers of open maps.
  activity: [1 + 12 + 2 + 6 + (1 + 7) + (2 + 8) + 2, 0],
  files: [1, 0],
  rows: [1, 0],
  // Each queue of its chain with its poison queue, and the run.
  messages: [1 + 8, 0],
  // The days twice, once to find where to begin, and a day's lines.
  'run counts': [3, 0],
};

test('each request of a caller stays within its budget in the table', async () => {
  await work();
  const params = { id: 'small' };
  const note = async (name: string, id: OperationId, asked: Asked = {}, status = 202) => {
    const { answer, reads, writes, lines } = await call(id, asked);
    expect(answer.status, name).toBe(status);
    const [mostReads = 0, mostWrites = 0] = MOST[name] ?? [];
    const told = `${name}\n  ${lines.join('\n  ')}`;
    expect(reads, told).toBeLessThanOrEqual(mostReads);
    expect(writes, told).toBeLessThanOrEqual(mostWrites);
  };
  await note('start', 'startChainRunAs', { params: { chain: 'long', ...params }, body: { numbers: [1, 2, 3] } });
  await note('suspend', 'suspendRun', { params });
  await note('resume', 'resumeRun', { params });
  await work();
  await note('event', 'raiseEvent', { params: { ...params, eventName: 'Answer' }, body: true });
  await work();
  await note('status of an ended run', 'getRun', { params }, 200);
  await note('status with history', 'getRun', { params, query: 'showHistory=true' }, 200);
  await note('restart', 'restartRun', { params });
  await note('purge', 'purgeRun', { params }, 200);
  await note('list', 'listRuns', { query: 'top=5' }, 200);
  await note('chain', 'getChain', {}, 200);
  await note('chains', 'listChains', {}, 200);
  await note('dead letters', 'listDeadLetters', {}, 200);
  await note('health', 'getHealth', {}, 200);
  await note('files', 'listFiles', { params: { id: 'long' } }, 200);
  await note('rows', 'listRows', { params: { id: 'long' } }, 200);
  await note('messages', 'peekMessages', { params: { id: 'long' } }, 200);
  await note('run counts', 'countRuns', {}, 200);
  await start(long, 'waits for a worker', 3);
  await note('activity', 'getActivity', {}, 200);
  const { answer } = await call('getActivity');
  const headers = { 'if-none-match': answer.headers?.['etag'] ?? '' };
  await note('activity', 'getActivity', { headers }, 304);
});
