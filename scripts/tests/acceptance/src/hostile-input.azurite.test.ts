import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { type StubbedSystem, startStubbedSystem } from '@tally/test-system';
import { waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { endedStatus, postRun } from './calls.fixture.ts';
import { imageUrls } from './expected.fixture.ts';
import { depth, put, readCells } from './rows.fixture.ts';

let system: StubbedSystem;
beforeAll(async () => {
  system = await startStubbedSystem();
  return () => system.stop();
}, 180_000);

const problemSchema = z.object({
  status: z.number(),
  title: z.string(),
  detail: z.string().min(1),
  code: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string(), limit: z.number().optional() })).optional(),
});
const url = 'https://photos.example/a.jpg';

test.each([
  ['not JSON', 'photos please', 400, { field: 'body' }],
  ['no URL', '[]', 400, { field: 'urls', limit: 1 }],
  ['ftp:', '["ftp://photos.example/a.jpg"]', 400, { field: 'urls[0]' }],
  ['a URL of 2,100 characters', JSON.stringify([url.padEnd(2_100, 'a')]), 400, { field: 'urls[0]', limit: 2_048 }],
  ['200,001 URLs', JSON.stringify(Array.from({ length: 200_001 }, () => url)), 400, { field: 'urls', limit: 200_000 }],
  ['a body over the limit', `["${'a'.repeat(33 * 1024 * 1024)}"]`, 413, { field: 'body', limit: 32 * 1024 * 1024 }],
])(
  '%s is refused with a problem that names the field and the limit, and nothing is written',
  async (_, body, status, error) => {
    const response = await fetch(`${system.url}/api/runs`, { method: 'POST', body });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const problem = problemSchema.parse(await response.json());
    expect(problem.errors?.[0]).toMatchObject(error);
    for (const table of ['runs', 'chunks', 'index']) {
      const cells = await readCells(system.storage, table);
      // The rows that record working apps don't count.
      expect(cells.filter(({ row }) => !row.startsWith('workers/'))).toEqual([]);
    }
    for (const queue of ['intake', 'detect', 'detect-small', 'aggregate'])
      expect(await depth(system.storage, queue)).toBe(0);
  },
);

test('an option of a start that is not known is refused, and never counts as absent', async () => {
  const response = await fetch(`${system.url}/api/runs/refused?onExisting=foo`, { method: 'POST', body: `["${url}"]` });
  expect(response.status).toBe(400);
  expect(problemSchema.parse(await response.json()).errors).toMatchObject([{ field: 'onExisting' }]);
  expect((await fetch(`${system.url}/api/runs/refused`)).status).toBe(404);
});

test("a small compressed body that unpacks to a gigabyte is refused at the limit, and intake's memory stays small", async () => {
  const bomb = new Uint8Array(gzipSync(Buffer.alloc(1024 ** 3)));
  const before = await residentMiB(system);
  const response = await fetch(`${system.url}/api/runs`, {
    method: 'POST',
    headers: { 'content-encoding': 'gzip' },
    body: bomb,
  });
  expect(response.status).toBe(413);
  expect(problemSchema.parse(await response.json()).errors?.[0]).toMatchObject({ limit: 32 * 1024 * 1024 });
  expect((await residentMiB(system)) - before).toBeLessThan(200);
});

test("of eight concurrent starts of 31 MiB a few are processed at a time, small starts always, and intake's memory stays bounded", async () => {
  // One image too many, at the end: all of the body is read, and nothing is written.
  const body = Buffer.from(JSON.stringify(Array.from({ length: 200_001 }, () => url.padEnd(158, 'a'))));
  const postLarge = async () => {
    const response = await fetch(`${system.url}/api/runs`, { method: 'POST', body });
    return { response, problem: problemSchema.parse(await response.json()) };
  };
  const large = Array.from({ length: 8 }, postLarge);
  const small = await Promise.all(Array.from({ length: 20 }, (_, index) => postRun(system, [url], `small-${index}`)));
  expect(small).toHaveLength(20);
  for (const { response, problem } of await Promise.all(large)) {
    if (response.status === 400) expect(problem.errors?.[0]).toMatchObject({ limit: 200_000 });
    else {
      expect(problem).toMatchObject({ status: 429, code: 'TooManyLargeStarts' });
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  }
  // A caller that tries again is let in.
  await waitUntil(async () => (await postLarge()).response.status === 400, { describe: 'a large start is let in' });
  const residentAtMost = await residentMiB(system);
  console.info(
    `intake, most memory with eight starts of ${Math.round(body.length / 2 ** 20)} MiB: ${Math.round(residentAtMost)} MiB`,
  );
  expect(residentAtMost).toBeLessThan(900);
}, 180_000);

/** The highest memory use of intake so far, in MiB. */
async function residentMiB({ processes }: StubbedSystem): Promise<number> {
  const status = await readFile(`/proc/${processes.intake[0]?.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

test('an unknown run is 404, with a problem', async () => {
  const response = await fetch(`${system.url}/api/runs/unknown`);
  expect(response.status).toBe(404);
  expect(problemSchema.parse(await response.json()).code).toBe('RunNotFound');
});

/** Texts that a person may put into a queue by hand. The last one is of a run that doesn't exist. */
const garbage = [
  'hello',
  '{"colour":"red","id":7,"dequeueCount":"many"}',
  Buffer.from('{"v":1}').toString('base64'),
  randomBytes(30_000).toString('hex'),
  JSON.stringify({ v: 1, runId: 'run', gen: 'gen' }),
];
const round = { v: 3, runId: 'unknown', gen: 'none', node: 'detect', since: 1, tok: 'tok' };
const ofNoRun = {
  intake: { ...round, epoch: 1 },
  detect: { ...round, shard: 0, epoch: 1, chunk: 0, attempt: 1, items: [0] },
  aggregate: { ...round, shard: 0, epoch: 1 },
};

test('I6: an invalid message in a queue becomes a dead letter with a readable reason, and runs continue', async () => {
  const put = await putEverywhere();
  const { statusQueryGetUri } = await postRun(system, imageUrls(40));
  const ended = await waitUntil(() => endedStatus(statusQueryGetUri), {
    describe: 'the run has ended among the garbage',
  });
  expect(ended).toMatchObject({ runtimeStatus: 'Completed', counts: { succeeded: 40 } });
  const letters = await waitUntil(
    async () => {
      const cells = await readCells(system.storage, 'deadletters');
      const found = Object.values(Object.groupBy(cells, ({ row }) => row)).map((ofRow = []) =>
        Object.fromEntries(ofRow.map(({ column, text }) => [column, text])),
      );
      return found.length >= put.length ? found : null;
    },
    { describe: 'each piece of garbage is a dead letter' },
  );
  // Each is kept once and completely, with its source and the reason. A text that is longer than a property
  // allows continues in the next property.
  const kept = letters.map(({ sourceQueue, body, body1 = '', reason }) =>
    letterOf(sourceQueue, `${body}${body1}`, reason),
  );
  const byText = (a: string, b: string) => (a < b ? -1 : 1);
  expect(kept.toSorted(byText)).toEqual(put.toSorted(byText));
  for (const queue of Object.keys(ofNoRun).flatMap((name) => [name, `${name}-poison`]))
    await waitUntil(async () => (await depth(system.storage, queue)) === 0, { describe: `${queue} is empty` });
});

/** A letter on one line. A long body is replaced by its digest. */
function letterOf(queue: string | undefined, body: string, reason: string | undefined): string {
  const digest = body.length < 300 ? body : createHash('sha256').update(body).digest('hex');
  return `${queue}: ${digest}: ${/^(not JSON|not a message of this queue|no such run)/.exec(reason ?? '')?.[0] ?? reason}`;
}

/**
 * Puts all of it into every queue, including poison queues.
 * @returns the letter that must be kept of each
 */
async function putEverywhere(): Promise<string[]> {
  const kept: string[] = [];
  for (const [queue, message] of Object.entries(ofNoRun)) {
    for (const sourceQueue of [queue, `${queue}-poison`]) {
      for (const body of garbage) {
        await put(system.storage, sourceQueue, body);
        kept.push(letterOf(sourceQueue, body, body.startsWith('{') ? 'not a message of this queue' : 'not JSON'));
      }
      const body = JSON.stringify(message);
      await put(system.storage, sourceQueue, body);
      kept.push(letterOf(sourceQueue, body, 'no such run'));
    }
  }
  return kept;
}
