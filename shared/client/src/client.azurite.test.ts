import { createServer } from 'node:http';
import type { ListedRun, Problem, RunStatusBody } from '@tally/api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TallyClient } from './client.ts';
import { RefusedError, UnexpectedAnswerError, UnreachableError } from './errors.ts';
import { type PreparedApi, startPreparedApi } from './prepared-api.fixture.ts';

let api: PreparedApi;
let client: TallyClient;
beforeEach(async () => {
  api = await startPreparedApi();
  client = new TallyClient({ baseUrl: api.baseUrl, key: 'a-key' });
});
afterEach(() => api.stop());

const head = {
  name: 'face-happiness',
  input: null,
  customStatus: null,
  output: null,
  createdTime: '2026-11-23T09:44:35Z',
  lastUpdatedTime: '2026-11-23T09:44:40Z',
  chainVersion: 1,
} as const;

function status(runtimeStatus: RunStatusBody['runtimeStatus']): RunStatusBody {
  const counts = { total: 1, pending: 0, inFlight: 1, succeeded: 0, failed: 0, aborted: 0 };
  return {
    ...head,
    instanceId: 'r',
    runtimeStatus,
    nodes: [],
    counts,
    window: 32,
    rate: null,
    eta: null,
    storageTransactions: null,
  };
}

const problem: Problem = {
  type: 'about:blank',
  title: 'Not found',
  status: 404,
  detail: 'There is no run with the id "r".',
  code: 'RunNotFound',
};

function uris() {
  const at = (path: string) => `${api.baseUrl}/x/${path}`;
  return {
    id: 'r',
    statusQueryGetUri: at('status'),
    sendEventPostUri: at('event/{eventName}'),
    terminatePostUri: at('terminate?reason={text}'),
    rewindPostUri: at('rewind?reason={text}'),
    purgeHistoryDeleteUri: at('purge'),
    restartPostUri: at('restart'),
    suspendPostUri: at('suspend?reason={text}'),
    resumePostUri: at('resume?reason={text}'),
  };
}

test('a call is made as its operation is declared, with the key as a header', async () => {
  api.prepare('POST /api/runs/a%20run%25/suspend?reason=out+%26+about&strict=true', { status: 202 });
  await client.suspend('a run%', 'out & about');
  expect(api.calls).toMatchObject([{ headers: { 'x-functions-key': 'a-key' }, body: '' }]);
});

test('the key is sent only to the address that it was given for', async () => {
  const stranger = await startPreparedApi();
  stranger.prepare('GET /status', { status: 200, body: status('Completed') });
  await client.waitForRun(`${stranger.baseUrl}/status`);
  expect(stranger.calls[0]?.headers).not.toHaveProperty('x-functions-key');
  const headers = { location: `${stranger.baseUrl}/api/chain` };
  api.prepare('GET /api/chain', { status: 307, headers });
  await expect(client.chain()).rejects.toThrow(`is sent on to ${stranger.baseUrl}/api/chain; use that address`);
  expect(stranger.calls).toHaveLength(1);
  await stranger.stop();
});

test('a refusal carries the problem document', async () => {
  api.prepare('GET /api/runs/r', { status: 404, body: problem });
  const error = await client.status('r').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RefusedError);
  expect(error).toMatchObject({ problem, message: '404 Not found: There is no run with the id "r".' });
});

test.each([
  [401, RefusedError, 'No key was given'],
  [503, UnreachableError, 'answers 503'],
  [418, UnexpectedAnswerError, 'answers 418, but not as Tally does'],
  [200, UnexpectedAnswerError, 'answers 200, but not as Tally does'],
])('%d without a problem of Tally is reported as such', async (code, kind, message) => {
  api.prepare('GET /api/chain', { status: code });
  const error = await client.chain().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(kind);
  expect(String(error)).toContain(message);
});

test('a server that does not answer in time is not reachable; a caller that aborts gets its own reason', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const address = silent.address();
  const baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  await expect(new TallyClient({ baseUrl, callMs: 50 }).chain()).rejects.toThrow(UnreachableError);
  const interrupt = new AbortController();
  const broken = new TallyClient({ baseUrl, signal: interrupt.signal }).chain();
  interrupt.abort(new Error('Ctrl-C'));
  await expect(broken).rejects.toThrow('Ctrl-C');
  silent.closeAllConnections();
  silent.close();
});

test('all pages of runs are read, also after an empty one', async () => {
  const run = (instanceId: string): ListedRun => ({ ...head, instanceId, runtimeStatus: 'Pending' });
  const page = (body: ListedRun[], token?: string) => ({
    status: 200,
    body,
    headers: token === undefined ? {} : { 'x-ms-continuation-token': token },
  });
  const query = 'GET /api/runs?runtimeStatus=Pending%2CRunning&top=1&strict=true';
  api.prepare(query, page([run('a')], 'one'), page([], 'two'), page([run('b')]));
  const ids: string[] = [];
  for await (const { instanceId } of client.iterateRuns({ runtimeStatus: ['Pending', 'Running'], top: 1 }))
    ids.push(instanceId);
  expect(ids).toEqual(['a', 'b']);
  expect(api.calls.map(({ headers }) => headers['x-ms-continuation-token'])).toEqual([undefined, 'one', 'two']);
});

test('many runs are purged in as many calls as it takes', async () => {
  const createdTimeFrom = '2026-11-01T00:00:00.000Z';
  const some = 'DELETE /api/runs?createdTimeFrom=2026-11-01T00%3A00%3A00.000Z';
  api.prepare(
    `${some}&strict=true`,
    { status: 200, body: { instancesDeleted: 7, isComplete: false, continuationToken: 'one' } },
    { status: 404, body: { ...problem, code: 'NothingToPurge' } },
  );
  api.prepare(`${some}&continuationToken=one&strict=true`, {
    status: 200,
    body: { instancesDeleted: 0, isComplete: false, continuationToken: 'two' },
  });
  api.prepare(`${some}&continuationToken=two&strict=true`, {
    status: 200,
    body: { instancesDeleted: 2, isComplete: true },
  });
  expect(await client.purgeAll({ createdTimeFrom })).toBe(9);
  expect(await client.purgeAll({ createdTimeFrom })).toBe(0);
});

test('a run is awaited by its ETag, across broken connections, to its end', async () => {
  const etag = 'W/"1"';
  const running = { status: 202, body: status('Running'), headers: { etag, 'retry-after': '3600' } };
  api.prepare(
    'GET /x/status',
    running,
    'reset',
    { status: 503 },
    { status: 304, headers: { etag, 'retry-after': '3600' } },
    { status: 200, body: status('Completed'), headers: { etag: 'W/"2"' } },
  );
  const seen: string[] = [];
  // The answers ask for an hour: without these bounds the test would hang.
  const ended = await client.waitForRun(`${api.baseUrl}/x/status`, {
    pauseMs: { least: 1, most: 5 },
    onProgress: ({ runtimeStatus }) => seen.push(runtimeStatus),
  });
  expect(ended.runtimeStatus).toBe('Completed');
  expect(seen).toEqual(['Running', 'Running', 'Completed']);
  expect(api.calls.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, etag, etag, etag, etag]);
});

test('waiting ends for an unknown run, an API that stays away, or an abort', async () => {
  const statusUri = `${api.baseUrl}/x/status`;
  const pauseMs = { least: 1, most: 1 };
  api.prepare('GET /x/status', { status: 404, body: problem });
  await expect(client.waitForRun(statusUri)).rejects.toThrow(RefusedError);
  api.prepare('GET /x/status', 'reset');
  await expect(client.waitForRun(statusUri, { pauseMs, patienceMs: 20 })).rejects.toThrow(UnreachableError);
  api.prepare('GET /x/status', { status: 202, body: status('Running') });
  const interrupt = new AbortController();
  const onProgress = () => interrupt.abort(new Error('Ctrl-C'));
  const pauseLong = { least: 3_600_000, most: 3_600_000 };
  const waiting = client.waitForRun(statusUri, { signal: interrupt.signal, onProgress, pauseMs: pauseLong });
  await expect(waiting).rejects.toThrow('Ctrl-C');
});

test('a started run is controlled only by the addresses in its answer', async () => {
  api.prepare('POST /api/runs', { status: 202, body: { ...uris(), approvePostUri: `${api.baseUrl}/x/yes` } });
  const accepted = [
    'POST /x/suspend?reason=%241%20%26%20lunch',
    'POST /x/resume?reason=',
    'POST /x/event/a%2Fb',
    'POST /x/yes',
    'POST /x/terminate?reason=enough',
    'POST /x/rewind?reason=more',
  ];
  for (const call of accepted) api.prepare(call, { status: 202 });
  api.prepare('DELETE /x/purge', { status: 200, body: { instancesDeleted: 1 } });
  const run = await client.start(['https://a.example/1.jpg']);
  await run.suspend('$1 & lunch');
  await run.resume('');
  await run.raiseEvent('a/b', { yes: true });
  await run.decide('approve');
  await expect(run.decide('reject')).rejects.toThrow('asks for no approval');
  await run.terminate('enough');
  await run.rewind('more');
  await run.purge();
  expect(api.calls.map(({ call }) => call)).toEqual(['POST /api/runs', ...accepted, 'DELETE /x/purge']);
  expect(api.calls[3]).toMatchObject({ headers: { 'content-type': 'application/json' }, body: '{"yes":true}' });
});

test('a run of a chain is started with its input as the body and the common options in the query', async () => {
  const query = 'window=8&toleratedFailureCount=0&strict=true';
  const calls = [
    `POST /api/runs?${query}`,
    'POST /api/runs/an%20id',
    `POST /api/chains/orders/runs?${query}`,
    'POST /api/chains/orders/runs/an%20id?onExisting=return&strict=true',
  ];
  for (const call of calls) api.prepare(call, { status: 202, body: uris() });
  const options = { window: 8, toleratedFailureCount: 0, deadline: undefined };
  await client.startRun({ input: ['a'], ...options });
  await client.startRun({ input: { n: 1 }, id: 'an id' });
  await client.startRun({ chain: 'orders', input: null, ...options });
  const run = await client.startRun({ chain: 'orders', input: 'x', id: 'an id', onExisting: 'return' });
  expect(run.id).toBe('r');
  expect(api.calls.map(({ call, body }) => [call, body])).toEqual([
    [calls[0], '["a"]'],
    [calls[1], '{"n":1}'],
    [calls[2], 'null'],
    [calls[3], '"x"'],
  ]);
});

test('the nodes of a run are typed', async () => {
  const node = { name: 'approval', kind: 'wait', state: 'waiting', event: 'Approved', until: null };
  api.prepare('GET /api/runs/r', { status: 202, body: { ...status('Running'), nodes: [node] } });
  const { nodes } = await client.status('r');
  expect(nodes.map(({ state, event }) => [state, event])).toEqual([['waiting', 'Approved']]);
  api.prepare('GET /api/runs/r', { status: 202, body: { ...status('Running'), nodes: [{ ...node, state: 'lost' }] } });
  await expect(client.status('r')).rejects.toThrow(UnexpectedAnswerError);
});
