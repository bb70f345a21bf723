import { listedRunSchema } from '@tally/api';
import { waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { type Api, startApi, statusOf, stopWorking } from './api.fixture.ts';
import { readCells } from './rows.fixture.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
  return () => api.stop();
}, 180_000);

const url = (index: number) => `https://photos.example/${index}.jpg`;
const start = (id: string, index: number) => api.call('startRunAs', { params: { id }, body: [url(index)] });

test('of 200 parallel starts of one id exactly one wins, and one run completes', async () => {
  // The run waits for its approval. A late request would rightly restart a run that had ended.
  const approval = { timeout: 'PT30M' };
  const startGated = (index: number) =>
    api.call('startRunAs', { params: { id: 'one' }, body: { urls: [url(index)], approval } });
  const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => startGated(index)));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    202,
    ...Array.from({ length: 199 }, () => 409),
  ]);
  const winner = answers.findIndex(({ status }) => status === 202);
  const approved = { params: { id: 'one', eventName: 'Approval' }, query: 'approved=true' };
  expect((await api.call('raiseEvent', approved)).status).toBe(202);
  const run = await waitUntil(
    async () => {
      const answer = await api.call('getRun', { params: { id: 'one' } });
      return answer.status === 200 ? answer : null;
    },
    { describe: 'the run has ended' },
  );
  expect(statusOf(run)).toMatchObject({
    runtimeStatus: 'Completed',
    input: { urls: [url(winner)], approval },
    counts: { total: 1, succeeded: 1 },
  });
  const urls = (await readCells(api.system.storage, 'chunks')).filter(
    ({ row, column }) => row.startsWith('one:') && column === 'urls',
  );
  expect(urls.map(({ text }) => text)).toEqual([JSON.stringify([url(winner)])]);
}, 120_000);

test('100 concurrent starts of 10 images each are all accepted and complete', async () => {
  const ids = Array.from({ length: 100 }, (_, index) => `burst-${index}`);
  const urls = Array.from({ length: 10 }, (_, index) => url(index));
  const answers = await Promise.all(ids.map((id) => api.call('startRunAs', { params: { id }, body: urls })));
  expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
  const page = { query: 'top=1000&showInput=false&runtimeStatus=Completed&instanceIdPrefix=burst-' };
  const completed = async () =>
    z.array(listedRunSchema).parse((await api.call('listRuns', page)).body).length === ids.length;
  await waitUntil(completed, { describe: 'all runs are Completed', hangGuardMs: 250_000, pollMs: 500 });
}, 300_000);

test('1,000 runs are listed in pages of 7 while 200 more start: none twice, and none of the 1,000 missing', async () => {
  // Runs without workers are listed like others, and leave the machine's time to the list.
  await stopWorking(api);
  const ids = Array.from({ length: 1_000 }, (_, index) => `old-${index}`);
  const startAll = async (all: readonly string[]) => {
    const queue = [...all.entries()];
    const startNext = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift())
        expect((await start(next[1], next[0])).status).toBe(202);
    };
    await Promise.all(Array.from({ length: 8 }, startNext));
  };
  await startAll(ids);
  const starting = startAll(Array.from({ length: 200 }, (_, index) => `new-${index}`));
  const listed = await listAll(7);
  await starting;
  expect(new Set(listed).size).toBe(listed.length);
  expect(ids.filter((id) => !listed.includes(id))).toEqual([]);
  expect(await listAll(1_000)).toHaveLength(1_301);
}, 400_000);

async function listAll(top: number): Promise<string[]> {
  const name = 'x-ms-continuation-token';
  const listed: string[] = [];
  let token: string | null = null;
  do {
    const page = await api.call('listRuns', {
      query: `top=${top}&showInput=false`,
      headers: token === null ? {} : { [name]: token },
    });
    const runs = z.array(listedRunSchema).parse(page.body);
    expect(runs.length).toBeLessThanOrEqual(top);
    listed.push(...runs.map(({ instanceId }) => instanceId));
    token = page.headers.get(name);
  } while (token !== null);
  return listed;
}
