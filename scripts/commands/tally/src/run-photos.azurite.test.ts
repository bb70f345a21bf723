import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { RunStatusBody } from '@tally/api';
import { waitUntil } from '@tally/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { foundItem, statusBody } from './api-bodies.fixture.ts';
import { runPhotos } from './run-photos.ts';

/** An API with prepared answers. The test checks what the client does with each of them. */
let answers: Record<string, (response: ServerResponse) => void>;
let calls: { readonly call: string; readonly body: string }[];
let baseUrl: string;
const server = createServer((request, response) => void answer(request, response));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call = `${request.method} ${request.url}`;
  calls.push({ call, body: await text(request) });
  const prepared = answers[call];
  if (prepared === undefined) response.writeHead(404).end();
  else prepared(response);
}

function json(status: number, body: unknown) {
  return (response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function status(runtimeStatus: RunStatusBody['runtimeStatus'], succeeded: number) {
  const counts = { total: 2, pending: 0, inFlight: 2 - succeeded, succeeded, failed: 0, aborted: 0 };
  return json(200, statusBody({ runtimeStatus, counts }));
}

/** The answers come in order. The last one repeats. */
function inTurn(...prepared: ((response: ServerResponse) => void)[]) {
  return (response: ServerResponse) => {
    const [next] = prepared;
    if (prepared.length > 1) prepared.shift();
    next?.(response);
  };
}

beforeEach(async () => {
  calls = [];
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const unused = `${baseUrl}/unused`;
  const uris = {
    id: 'r1',
    statusQueryGetUri: `${baseUrl}/status`,
    sendEventPostUri: unused,
    terminatePostUri: `${baseUrl}/terminate?reason={text}`,
    rewindPostUri: unused,
    purgeHistoryDeleteUri: unused,
    restartPostUri: unused,
    suspendPostUri: unused,
    resumePostUri: unused,
  };
  const items = 'GET /api/runs/r1/items?top=3';
  answers = {
    'POST /api/runs': json(202, uris),
    'GET /status': status('Completed', 2),
    [`${items}&strict=true`]: json(200, { items: [foundItem(0)], continuationToken: '0.1.0' }),
    [`${items}&continuationToken=0.1.0&strict=true`]: json(200, { items: [foundItem(1)], continuationToken: null }),
    'POST /terminate?reason=interrupted%20by%20the%20caller': json(202, {}),
  };
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

function run(signal = new AbortController().signal) {
  const photos = ['https://a.example/1.jpg', 'https://a.example/2.jpg'].map(
    (url) => ({ kind: 'url', name: url, url }) as const,
  );
  const lines: string[] = [];
  const progress = { write: (line: string) => lines.push(line) };
  return { lines, report: runPhotos({ system: { baseUrl, photoPorts: [] }, photos, progress, signal }) };
}

test('a run is started with the URLs, followed to its end, and all pages of its items are read', async () => {
  answers['GET /status'] = inTurn(status('Pending', 0), status('Running', 1), status('Completed', 2));
  const { lines, report } = run();
  expect(await report).toMatchObject({
    id: 'r1',
    status: { runtimeStatus: 'Completed' },
    items: [{ index: 0 }, { index: 1 }],
  });
  expect(calls[0]).toEqual({ call: 'POST /api/runs', body: '["https://a.example/1.jpg","https://a.example/2.jpg"]' });
  expect(lines).toEqual([
    `On the page: ${baseUrl}/api/dashboard#/runs/r1\n`,
    'Pending: 0 of 2 images done\n',
    'Running: 1 of 2 images done\n',
    'Completed: 2 of 2 images done\n',
  ]);
});

test('an API that is away for a moment is asked again', async () => {
  answers['GET /status'] = inTurn((response) => response.destroy(), json(503, {}), status('Completed', 2));
  expect((await run().report).status.runtimeStatus).toBe('Completed');
});

test("a refused start shows the API's message", async () => {
  const detail = 'urls[0]: must be an http URL';
  const problem = { type: 'about:blank', title: 'Invalid request', status: 400, detail, code: 'InvalidRequest' };
  answers['POST /api/runs'] = json(400, problem);
  await expect(run().report).rejects.toThrow('400 Invalid request: urls[0]: must be an http URL');
});

test('if there is no answer, the message says how to start a system', async () => {
  server.close();
  await once(server, 'close');
  await expect(run().report).rejects.toThrow(/doesn't answer\. Is Tally running there\? Start it with: npm start/);
});

test('an interrupted caller asks the run to end', async () => {
  answers['GET /status'] = status('Running', 0);
  const interrupt = new AbortController();
  const { lines, report } = run(interrupt.signal);
  const interrupted = waitUntil(() => calls.some(({ call }) => call === 'GET /status'), {
    describe: 'the run is watched',
  }).then(() => interrupt.abort(new Error('Ctrl-C')));
  await expect(report).rejects.toThrow('Ctrl-C');
  await interrupted;
  expect(calls.at(-1)?.call).toBe('POST /terminate?reason=interrupted%20by%20the%20caller');
  expect(lines.at(-1)).toBe('Run r1 is being terminated.\n');
});
