import { listedRunSchema, runCountsSchema } from '@tally/api';
import { connectBlobs } from '@tally/blobs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Api, newId, problemOf, runs } from './api.fixture.ts';
import { anyNumber, anyText } from './matchers.fixture.ts';
import { readRun } from './rows.fixture.ts';

const TOKEN = 'x-ms-continuation-token';

export function describeListing(api: () => Api): void {
  /** Ids of all pages, in their order. */
  const list = async (query: string, pages: { count: number } = { count: 0 }): Promise<string[]> => {
    const ids: string[] = [];
    let token: string | null = null;
    do {
      const headers: Record<string, string> = token === null ? {} : { [TOKEN]: token };
      const answer = await api().call('listRuns', { query, headers });
      expect(answer.status).toBe(200);
      ids.push(
        ...z
          .array(listedRunSchema)
          .parse(answer.body)
          .map(({ instanceId }) => instanceId),
      );
      token = answer.headers.get(TOKEN);
      pages.count += 1;
    } while (token !== null);
    return ids;
  };

  describe.concurrent('list', () => {
    test('is empty, not 404, if nothing matches', async () => {
      expect((await api().call('listRuns', { query: 'instanceIdPrefix=unknown-has-this' })).body).toEqual([]);
    });

    test('is 304 if it is unchanged since its tag', async () => {
      const id = await runs.Completed(api(), newId('tagged'));
      const query = `instanceIdPrefix=${id}`;
      const first = await api().call('listRuns', { query });
      const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
      expect(await api().call('listRuns', { query, headers })).toMatchObject({ status: 304, body: null });
      expect((await api().call('listRuns', { query: 'instanceIdPrefix=unknown', headers })).status).toBe(200);
    });

    test('newest first, live and ended runs, by prefix, by status, paged by top', async () => {
      const prefix = newId('listed');
      const ids = [`${prefix}a`, `${prefix}b`, `${prefix}c`];
      await runs.Completed(api(), ids[0]);
      await runs.Running(api(), ids[1]);
      await runs.Failed(api(), ids[2]);
      const byPrefix = `instanceIdPrefix=${prefix}`;
      expect(await list(byPrefix)).toEqual(ids.toReversed());
      const pages = { count: 0 };
      expect(await list(`${byPrefix}&top=1`, pages)).toEqual(ids.toReversed());
      expect(pages.count).toBeGreaterThanOrEqual(3);
      expect(await list(`${byPrefix}&runtimeStatus=Running`)).toEqual([ids[1]]);
      expect(await list(`${byPrefix}&runtimeStatus=Completed,Failed`)).toEqual([ids[2], ids[0]]);
      expect(await list(`${byPrefix}&runtimeStatus=Completed&runtimeStatus=Failed`)).toEqual([ids[2], ids[0]]);
      expect(await list(`${byPrefix}&runtimeStatus=Nonsense,Running`)).toEqual([ids[1]]);
      for (const none of ['Nonsense', 'running', ''])
        expect(await list(`${byPrefix}&runtimeStatus=${none}`)).toHaveLength(3);
      for (const top of ['0', '-1', 'many', '1001']) expect(await list(`${byPrefix}&top=${top}`)).toHaveLength(3);
    });

    test('by chain, its name in any case', async () => {
      const prefix = newId('chained');
      await runs.Completed(api(), `${prefix}a`);
      const byPrefix = `instanceIdPrefix=${prefix}`;
      expect(await list(`${byPrefix}&chain=Face-Happiness`)).toEqual([`${prefix}a`]);
      expect(await list(`${byPrefix}&chain=orders`)).toEqual([]);
      const tooLong = await api().call('listRuns', { query: `chain=${'x'.repeat(101)}` });
      expect(problemOf(tooLong)).toMatchObject({ status: 400, errors: [{ field: 'chain' }] });
    });

    test('counted over time, without reading runs', async () => {
      const id = await runs.Completed(api());
      const [run] = z
        .array(listedRunSchema)
        .parse((await api().call('listRuns', { query: `instanceIdPrefix=${id}` })).body);
      const at = Date.parse(run?.createdTime ?? '');
      const between = (from: number, to: number) =>
        `createdTimeFrom=${new Date(from).toISOString()}&createdTimeTo=${new Date(to).toISOString()}`;
      const counted = async (query: string) => runCountsSchema.parse((await api().call('countRuns', { query })).body);
      const around = await counted(`${between(at - 10_000, at + 9_999)}&buckets=2`);
      expect([around.counts.length, around.bucketMs, around.from]).toEqual([
        2,
        10_000,
        new Date(at - 10_000).toISOString(),
      ]);
      expect(around.counts[1]).toBeGreaterThanOrEqual(1);
      expect(around.countedFrom).toBe(around.from);
      expect((await counted(between(at - 1_000_000_000, at - 900_000_000))).counts).toEqual(
        Array.from({ length: 100 }, () => 0),
      );
      expect((await counted('buckets=none')).counts).toHaveLength(100);
    });

    test('by creation time, both bounds included; an invalid time counts as absent', async () => {
      const id = await runs.Completed(api());
      const { body } = await api().call('listRuns', { query: `instanceIdPrefix=${id}` });
      const [run] = z.array(listedRunSchema).parse(body);
      const at = Date.parse(run?.createdTime ?? '');
      const query = (from: number | string, to: number | string) =>
        `instanceIdPrefix=${id}&createdTimeFrom=${typeof from === 'string' ? from : new Date(from).toISOString()}&createdTimeTo=${typeof to === 'string' ? to : new Date(to).toISOString()}`;
      expect(await list(query(at - 60_000, at + 60_000))).toEqual([id]);
      expect(await list(query(at + 60_000, at + 120_000))).toEqual([]);
      expect(await list(query(at - 120_000, at - 60_000))).toEqual([]);
      expect(await list(query('yesterday', 'tomorrow'))).toEqual([id]);
      expect(await list(query(at + 120_000, at - 120_000))).toEqual([]);
    });

    test('shows the status without the history, and the input unless showInput=false', async () => {
      const id = await runs.Completed(api());
      const one = async (query: string) =>
        z
          .array(z.record(z.string(), z.unknown()))
          .parse((await api().call('listRuns', { query: `instanceIdPrefix=${id}&${query}` })).body)[0];
      const shown = await one('showHistory=true');
      expect(shown).not.toHaveProperty('historyEvents');
      expect(shown).toMatchObject({ input: [anyText, anyText], output: { faces: 4 }, chainVersion: 1 });
      expect(await one('showInput=false')).toMatchObject({ input: null });
    });

    test('by statuses that only Durable has: none; by one of them and another: the other', async () => {
      const id = await runs.Completed(api());
      for (const names of ['Canceled', 'Unknown', 'ContinuedAsNew', 'Unknown,Canceled'])
        expect(await list(`instanceIdPrefix=${id}&runtimeStatus=${names}`), names).toEqual([]);
      expect(await list(`instanceIdPrefix=${id}&runtimeStatus=Canceled,Completed`)).toEqual([id]);
    });

    test('an empty token is the first page, and a top above the limit is the limit', async () => {
      const id = await runs.Completed(api());
      const query = `instanceIdPrefix=${id}&top=100000&strict=true`;
      const answer = await api().call('listRuns', { query, headers: { [TOKEN]: '' } });
      expect(z.array(listedRunSchema).parse(answer.body)).toHaveLength(1);
    });

    test.each(['garbage', 'bm90IGEgdG9rZW4', '{}', 'x'.repeat(5_000)])(
      'a token that no page has given, %s, is refused',
      async (token) => {
        const answer = await api().call('listRuns', { headers: { [TOKEN]: token } });
        expect(problemOf(answer)).toMatchObject({ status: 400, errors: [{ field: TOKEN }] });
      },
    );

    test('strict=true refuses what is otherwise ignored', async () => {
      for (const query of ['top=0', 'runtimeStatus=Nonsense', 'createdTimeFrom=yesterday', 'showInput=1', 'tpo=3'])
        expect(problemOf(await api().call('listRuns', { query: `${query}&strict=true` })).errors).toHaveLength(1);
    });
  });
}

export function describePurging(api: () => Api): void {
  // One after another: a test must not purge the runs of another test.
  describe('purge', () => {
    test.each(['Completed', 'Failed', 'Terminated'] as const)(
      'of one %s run: 200 and the number; then it is gone',
      async (status) => {
        const id = await runs[status](api());
        const answer = await api().call('purgeRun', { params: { id } });
        expect([answer.status, answer.body]).toEqual([200, { instancesDeleted: 1 }]);
        expect((await api().call('getRun', { params: { id } })).status).toBe(404);
        expect((await api().call('listItems', { params: { id } })).status).toBe(404);
        expect((await api().call('purgeRun', { params: { id } })).status).toBe(404);
        expect((await api().call('listRuns', { query: `instanceIdPrefix=${id}` })).body).toEqual([]);
      },
    );

    test('deletes the files of the run, and no others', async () => {
      const store = connectBlobs({ kind: 'connectionString', value: api().system.storage });
      await store.createContainers(['runs']);
      const id = await runs.Completed(api());
      const { gen: generation } = await readRun(api().system.storage, id);
      const [own, other] = [`${id}/${generation}`, `${id}/${generation}0`];
      const put = (name: string) =>
        store.put({ container: 'runs', name }, Buffer.from('x'), { contentType: 'text/plain', maxBytes: 1 });
      await Promise.all([put(`${own}/pdf.1/order.pdf`), put(`${own}/video.1/clip.mp4`), put(`${other}/a`)]);
      expect((await api().call('purgeRun', { params: { id } })).status).toBe(200);
      expect(await store.deleteFolder('runs', own)).toBe(0);
      expect(await store.deleteFolder('runs', other)).toBe(1);
    });

    test('of a live run: 412 with the text that clients know', async () => {
      const id = await runs.Running(api());
      const answer = await api().call('purgeRun', { params: { id } });
      expect(answer.status).toBe(412);
      expect(problemOf(answer).detail).toBe(
        `Only orchestrations in a terminal state can be purged, but the orchestration with instance ID ${id} has status Running`,
      );
    });

    test.each([
      'runtimeStatus=Faild',
      'runtimeStatus=Completed,failed',
      'runtimeStatus=',
      'createdTimeTo=2020-13-01',
      'createdTimeTo=2024-02-31',
      'createdTimeTo=01/01/2021',
      'createdTimeTo=',
      '__proto__=Canceled',
      'instanceIdPrefix=unknown',
      'createdTimeUntil=2021-01-01',
    ])('of many by an invalid or unknown filter, %s, is refused, and nothing is deleted', async (query) => {
      const id = await runs.Completed(api());
      const answer = await api().call('purgeRuns', { query: `createdTimeFrom=2020-01-01&${query}` });
      expect(answer.status).toBe(400);
      expect(problemOf(answer).errors).toHaveLength(1);
      expect((await api().call('getRun', { params: { id } })).status).toBe(200);
    });

    test.each(['Canceled', 'Unknown', 'ContinuedAsNew', 'Canceled,Pending'])(
      'of many by a status that no ended run has, %s, deletes nothing: 404',
      async (names) => {
        const id = await runs.Completed(api());
        const query = `createdTimeFrom=2020-01-01&runtimeStatus=${names}`;
        expect((await api().call('purgeRuns', { query })).status).toBe(404);
        expect((await api().call('getRun', { params: { id } })).status).toBe(200);
      },
    );

    test("of many up to a date in HTTP's format keeps what was created later", async () => {
      const id = await runs.Completed(api());
      const query = `createdTimeFrom=2020-01-01&createdTimeTo=${encodeURIComponent('Fri, 01 Jan 2021 00:00:00 GMT')}`;
      expect((await api().call('purgeRuns', { query })).status).toBe(404);
      expect((await api().call('getRun', { params: { id } })).status).toBe(200);
    });

    test("of one run with an unknown parameter is refused; the parameters of Durable's clients are not", async () => {
      const id = await runs.Completed(api());
      const purge = (query: string) => api().call('purgeRun', { params: { id }, query });
      expect((await purge('createdTimeFrom=2020-01-01')).status).toBe(400);
      expect((await purge('taskHub=Tally&connection=Storage&code=k')).status).toBe(200);
    });

    test.each(['', 'createdTimeFrom=', 'createdTimeFrom=yesterday', 'createdTimeFrom=2024-02-31'])(
      'of many needs createdTimeFrom: %j is refused',
      async (query) => {
        const answer = await api().call('purgeRuns', { query });
        expect(answer.status).toBe(400);
        expect(problemOf(answer).Message).toBe("Please provide value for 'createdTimeFrom' parameter.");
      },
    );

    test('of many, by time and status: 200 and the number, 404 if there is none, never live runs', async () => {
      const [running, completed, failed] = await Promise.all([
        runs.Running(api()),
        runs.Completed(api()),
        runs.Failed(api()),
      ]);
      const status = async (id: string) => (await api().call('getRun', { params: { id } })).status;
      const from = 'createdTimeFrom=2020-01-01';
      expect((await api().call('purgeRuns', { query: `${from}&createdTimeTo=2020-01-02` })).status).toBe(404);
      expect((await api().call('purgeRuns', { query: `${from}&runtimeStatus=Running` })).status).toBe(404);
      const some = await api().call('purgeRuns', { query: `${from}&runtimeStatus=Failed` });
      expect(some.body).toMatchObject({ instancesDeleted: anyNumber });
      expect([await status(running), await status(completed), await status(failed)]).toEqual([202, 200, 404]);
      expect((await api().call('purgeRuns', { query: from })).status).toBe(200);
      expect([await status(running), await status(completed)]).toEqual([202, 404]);
      expect((await api().call('purgeRuns', { query: from })).status).toBe(404);
    });
  });
}
