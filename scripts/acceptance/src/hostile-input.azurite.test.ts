import { type StubbedSystem, startStubbedSystem } from '@tally/test-system';
import { waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
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
      // That an app works is noted apart.
      expect(cells.filter(({ row }) => !row.startsWith('workers/'))).toEqual([]);
    }
    for (const queue of ['intake', 'detect', 'aggregate']) expect(await depth(system.storage, queue)).toBe(0);
  },
);

test('an unknown run is 404, with a problem', async () => {
  const response = await fetch(`${system.url}/api/runs/nobody`);
  expect(response.status).toBe(404);
  expect(problemSchema.parse(await response.json()).code).toBe('RunNotFound');
});

test('I6: what somebody puts into a queue by hand becomes a dead letter, and runs go on', async () => {
  const garbage = [
    'hello',
    '{"colour":"red","id":7,"dequeueCount":"many"}',
    Buffer.from('{}').toString('base64'),
    'x'.repeat(40_000),
  ];
  for (const queue of ['intake', 'detect', 'aggregate'])
    for (const text of garbage) await put(system.storage, queue, text);
  const { statusQueryGetUri } = await postRun(system, imageUrls(40));
  const ended = await waitUntil(() => endedStatus(statusQueryGetUri), {
    describe: 'the run has ended among the garbage',
  });
  expect(ended).toMatchObject({ runtimeStatus: 'Completed', counts: { succeeded: 40 } });
  const reasons = await waitUntil(
    async () => {
      const found = (await readCells(system.storage, 'deadletters')).filter(({ column }) => column === 'reason');
      return found.length >= 3 * garbage.length ? found : null;
    },
    { describe: 'each piece of garbage is a dead letter' },
  );
  for (const { text } of reasons) expect(text).toMatch(/^not (JSON|a message of this queue)/);
});
