import { allForms } from '@tally/api';
import { type StorageResponse, waitUntil } from '@tally/testing';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { type Api, conform, parseBody, runs, startApi, stopWorking } from './api.fixture.ts';
import { depth } from './rows.fixture.ts';
import { maybeSpoilt, oddText, valuesOf } from './schema-values.fixture.ts';

const REQUESTS = 2_000;
/**
 * The same requests each time: the number of reached operations depends on how soon a request deletes the
 * runs that other requests need.
 */
const SEED = 3;
/** A request that takes longer hangs. The longest wait that this test asks for is a second. */
const HANG_MS = 30_000;

/** Tables and queues that requests may write to. */
const ofRequests = new Set(['runs', 'index', 'deadletters', 'intake']);
/**
 * Once the runs exist, the requests' dispatch messages are held back. Intake answers the requests and also
 * processes these messages, so its writes for them would look like a request's.
 */
let isDispatchHeld = false;
const noMessages: StorageResponse = {
  status: 200,
  rawHeaders: ['Content-Type', 'application/xml'],
  body: Buffer.from('<?xml version="1.0" encoding="utf-8"?><QueueMessagesList/>'),
};
/** Writes to these tables and queues, seen at the proxy. */
const writes: string[] = [];
let api: Api;
let requests: fc.Arbitrary<FuzzRequest>;
beforeAll(async () => {
  api = await startApi({
    proxy: {
      disturb: async ({ operation }, forward) =>
        isDispatchHeld && operation === 'GetMessages' ? noMessages : await forward(),
      observe: ({ operation, url, target, batch, body }) => {
        if (!/^(Insert|Merge|Update|Delete)Entity$|^EntityGroupTransaction$|^PutMessage$/.test(operation)) return;
        // The work that an accepted request started writes ledgers and messages to workers. Processes record
        // that they work, and the watchdog that a run is quiet.
        if (!ofRequests.has(batch?.[0]?.table ?? target) || /workers|quietUntil/.test(`${url}${body.toString()}`))
          return;
        writes.push(`${operation} ${url}`);
      },
    },
  });
  const kinds = [runs.Running, runs.Suspended, runs.Completed, runs.Failed, runs.Terminated];
  const ids = await Promise.all([...kinds, ...kinds].map((make) => make(api)));
  await waitUntil(async () => (await depth(api.system.storage, 'intake')) === 0, {
    describe: 'all runs are dispatched',
  });
  isDispatchHeld = true;
  await stopWorking(api);
  const document = documentSchema.parse((await api.call('getOpenApi')).body);
  requests = requestsOf(document, ids);
  return () => api.stop();
}, 240_000);

const parameterSchema = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean(),
  schema: z.unknown(),
});
const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        operationId: z.string(),
        parameters: z.array(parameterSchema),
        requestBody: z
          .object({ content: z.object({ 'application/json': z.object({ schema: z.unknown() }) }) })
          .optional(),
      }),
    ),
  ),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

interface FuzzRequest {
  readonly operationId: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

test(`${REQUESTS} requests generated from the API's own document: none fails or hangs, and no refused one writes anything`, async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(requests, async (request) => {
      const before = writes.length;
      const { status, body } = await send(request);
      const outcome = `${request.operationId} ${status}`;
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      if (status >= 400) expect(writes.slice(before)).toEqual([]);
      // Durable answers in this way: at the wrong moment, or if the caller asked for it.
      if (status === 500) expect(body).toSatisfy((told) => wrongMoment.safeParse(told).success);
    }),
    { numRuns: REQUESTS, seed: SEED },
  );
  // The requests reach the operations they are meant for.
  const reached = new Set(
    [...seen.keys()].filter((outcome) => / 20\d$/.test(outcome)).map((outcome) => outcome.split(' ')[0]),
  );
  expect(reached.size).toBeGreaterThanOrEqual(25);
}, 600_000);

const wrongMoment = z.union([
  z.object({ code: z.enum(['AlreadySuspended', 'NotSuspended']) }),
  z.object({ runtimeStatus: z.literal('Failed') }),
]);

async function send({ operationId, method, path, headers, body }: FuzzRequest) {
  const signal = AbortSignal.timeout(HANG_MS);
  const response = await fetch(`${api.system.url}/api${path}`, { method: method.toUpperCase(), headers, body, signal });
  const text = await response.text();
  const answer = {
    status: response.status,
    headers: response.headers,
    body: text === '' ? null : parseBody(text),
  };
  const operation = allForms.find(({ id }) => id === operationId);
  if (operation === undefined) throw new Error(`the document has an operation ${operationId} that is not declared`);
  // The host itself refuses a NUL in a path, before it looks for a function.
  if (path.split('?')[0]?.includes('%00') === true) expect([answer.status, text]).toEqual([400, '']);
  else conform(operation, answer);
  return answer;
}

function requestsOf(
  { paths, components }: z.infer<typeof documentSchema>,
  ids: readonly string[],
): fc.Arbitrary<FuzzRequest> {
  const resolve = (ref: string) => components.schemas[ref.replace('#/components/schemas/', '')];
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters, requestBody }]) => {
      const texts = fc.tuple(...parameters.map((parameter) => textOf(parameter, ids, resolve)));
      const content = requestBody?.content['application/json'].schema;
      const body = content === undefined ? fc.constant(null) : bodyOf(valuesOf(content, resolve));
      const type = fc.constantFrom('application/json', 'application/json; charset=utf-8', 'text/plain');
      return fc.tuple(texts, body, type).map(([values, text, contentType]): FuzzRequest => {
        const headers = content === undefined ? {} : { 'content-type': contentType };
        return { operationId, method, body: text, ...place(path, parameters, values, headers) };
      });
    }),
  );
  return fc.oneof(...all);
}

type Parameter = z.infer<typeof parameterSchema>;

/** A parameter's text: one that its schema allows, an odd one, or none if it is optional. */
function textOf(
  { name, in: where, required, schema }: Parameter,
  ids: readonly string[],
  resolve: (ref: string) => unknown,
) {
  if (name === 'timeout') return fc.constantFrom(null, '0', '0.3', '1', 'soon', '-1');
  const odd = where === 'header' ? fc.stringMatching(/^[!-~]{1,60}$/) : oddText;
  const valid = valuesOf(schema, resolve)
    .map(String)
    .filter((text) => where !== 'header' || /^[ -~]*$/.test(text));
  const known =
    name === 'id'
      ? fc.constantFrom(...ids)
      : name === 'name'
        ? fc.constantFrom('face-happiness', 'FACE-happiness')
        : name === 'eventName'
          ? fc.constantFrom('Approval', 'Go')
          : valid;
  const some = fc.oneof(
    { arbitrary: known, weight: 4 },
    { arbitrary: odd, weight: 1 },
    { arbitrary: valid, weight: 1 },
  );
  // A path without its parameter, or with dots instead of it, is another path.
  if (where === 'path') return some.filter((text) => !['', '.', '..', '%2e%2e', '%2e'].includes(text));
  return required ? fc.oneof({ arbitrary: some, weight: 9 }, fc.constant(null)) : fc.oneof(fc.constant(null), some);
}

function bodyOf(values: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const json = maybeSpoilt(values).map((value) => JSON.stringify(value));
  return fc.oneof({ arbitrary: json, weight: 9 }, { arbitrary: oddText, weight: 1 });
}

function place(
  path: string,
  parameters: readonly Parameter[],
  values: readonly (string | null)[],
  given: Readonly<Record<string, string>>,
) {
  const query = new URLSearchParams();
  const headers: Record<string, string> = { ...given };
  let placed = path;
  for (const [index, { name, in: where }] of parameters.entries()) {
    const value = values[index] ?? null;
    if (value === null) continue;
    if (where === 'path') placed = placed.replace(`{${name}}`, () => encodeURIComponent(value.toWellFormed()));
    else if (where === 'query') query.append(name, value.toWellFormed());
    else headers[name] = value;
  }
  return { path: query.size === 0 ? placed : `${placed}?${query.toString()}`, headers };
}
