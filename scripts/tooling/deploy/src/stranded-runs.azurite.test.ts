import { createServer, type IncomingMessage } from 'node:http';
import { closeServer, listenOnLoopback } from '@tally/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DeployError } from './command.ts';
import { refuseStranded } from './stranded-runs.ts';

const KEY = 'the-secret-key';
const TOKEN = 'x-ms-continuation-token';
const chains = [
  { name: 'orders', version: 2 },
  { name: 'media', version: 1 },
];

/** An answer of the server that stands in for a Tally. The answers come in order; the last one repeats. */
interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}
let answers: Answer[];
let asked: Pick<IncomingMessage, 'url' | 'headers'>[];
let pauses: number[];
let baseUrl: string;
const server = createServer((request, response) => {
  asked.push({ url: request.url ?? '', headers: request.headers });
  const { status = 200, headers = {}, body = [] } = (answers.length > 1 ? answers.shift() : answers[0]) ?? {};
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
});

beforeEach(async () => {
  answers = [];
  asked = [];
  pauses = [];
  baseUrl = `http://127.0.0.1:${await listenOnLoopback(server)}`;
});
afterEach(() => closeServer(server));

const run = (instanceId: string, name: string, chainVersion?: number | null, runtimeStatus = 'Running') => ({
  ...{ name, instanceId, runtimeStatus, input: null, createdTime: '2026-11-23T09:44:35Z' },
  ...(chainVersion !== undefined && { chainVersion }),
});

const check = async (): Promise<void> =>
  await refuseStranded({ baseUrl, key: KEY, pause: async (ms) => void pauses.push(ms) }, chains);

/** The refusal's message. @throws Error when there is no refusal */
async function refusal(): Promise<string> {
  const error: unknown = await check().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DeployError)) throw new Error('it was not refused', { cause: error });
  return error.message;
}

test('R8: a system is deployed to if it has no live runs, or only runs whose versions stay', async () => {
  answers = [{}];
  await check();
  answers = [{ body: [run('a', 'orders', 2), run('b', 'media', 1, 'Suspended')] }];
  await check();
  expect(pauses).toEqual([]);
});

test.each(['Pending', 'Running', 'Suspended'])('R8: a %s run of a removed version is refused', async (status) => {
  answers = [{ body: [run('a', 'orders', 1, status)] }];
  expect(await refusal()).toContain('\n- orders@1: 1 run, such as "a"\n');
});

test.each(['Completed', 'Failed', 'Terminated'])(
  "R8: a %s run does not stop the deployment, even if the list's filter is ignored",
  async (status) => {
    answers = [{ body: [run('a', 'orders', 1, status)] }];
    await check();
  },
);

test('R8: the refusal names chain and version, how many runs, one of them, and what to do', async () => {
  answers = [
    {
      body: [
        run('newest', 'orders', 1),
        run('fine', 'orders', 2),
        run('older', 'orders', 1, 'Suspended'),
        run('gone', 'reports', 3),
      ],
    },
  ];
  expect(await refusal()).toBe(
    [
      `Nothing was deployed: ${baseUrl} has live runs that this deployment could not continue.`,
      '- orders@1: 2 runs, such as "newest"',
      '- reports@3: 1 run, such as "gone"',
      'Let them end (GET /api/runs?runtimeStatus=Pending,Running,Suspended lists them), or keep the version in shared/chains until they have. ' +
        'With --no-run-check it is deployed all the same, and those runs wait until a deployment knows them again.',
    ].join('\n'),
  );
});

test.each([
  ['that the system cannot read', null],
  ['of a Tally that tells no version yet', undefined],
])('R9: a live run %s is refused, whatever its chain', async (_, version) => {
  answers = [{ body: [run('old', 'media', version), run('other', 'media', version)] }];
  expect(await refusal()).toContain('\n- media, in rows of another version of Tally: 2 runs, such as "old"\n');
});

test('R8: every page is read, also after an empty one', async () => {
  answers = [
    { headers: { [TOKEN]: 'one' }, body: [run('a', 'orders', 2)] },
    { headers: { [TOKEN]: 'two' } },
    { body: [run('z', 'orders', 1)] },
  ];
  expect(await refusal()).toContain('orders@1: 1 run, such as "z"');
  expect(asked.map(({ headers }) => headers[TOKEN])).toEqual([undefined, 'one', 'two']);
});

test('the key is sent only in the header: neither the address nor any output contains it', async () => {
  answers = [{ body: [run('a', 'orders', 1)] }];
  const said = [await refusal()];
  answers = [{ status: 401 }];
  said.push(await refusal());
  await closeServer(server);
  said.push(await refusal());
  expect(asked.map(({ headers }) => headers['x-functions-key'])).toEqual([KEY, KEY]);
  expect(JSON.stringify([asked.map(({ url }) => url), said])).not.toContain(KEY);
});

test('a redirect to another address gets no key', async () => {
  answers = [{ status: 302, headers: { location: `${baseUrl}/elsewhere` } }];
  expect(await refusal()).toContain('it answers 302');
  expect(asked).toHaveLength(1);
});

test.each<[string, Answer, string, number]>([
  ['refuses the key', { status: 403 }, 'it answers 403', 0],
  ['was never published', { status: 404 }, 'it answers 404', 0],
  ['does not come up', { status: 503 }, 'it answers 503', 2],
  ['is no Tally', { body: '<html>' }, 'its answer is not a list of runs', 0],
  ['lists something else', { body: [{ id: 7 }] }, 'its answer is not a list of runs', 0],
])(
  'R8: a system that %s is not a first deployment: the refusal says how to continue',
  async (_, answer, why, waits) => {
    answers = [answer];
    const said = await refusal();
    expect(said).toContain(`${baseUrl}, can't be asked for its live runs: ${why}. Start it`);
    expect(said).toContain('--no-run-check');
    expect(pauses).toHaveLength(waits);
  },
);

test('R8: so is a system that does not answer', async () => {
  await closeServer(server);
  expect(await refusal()).toContain("can't be asked for its live runs: it doesn't answer. Start it");
});

test('R8: a host that is starting is asked again', async () => {
  answers = [{ status: 503 }, { status: 502 }, { body: [run('a', 'orders', 1)] }];
  expect(await refusal()).toContain('orders@1');
  expect(pauses).toHaveLength(2);
});
