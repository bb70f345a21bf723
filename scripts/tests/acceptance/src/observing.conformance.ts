import {
  activitySchema,
  chainSchema,
  chainsSchema,
  deadLettersPageSchema,
  itemsPageSchema,
  peekedSchema,
  problemSchema,
  rowsPageSchema,
} from '@tally/api';
import { waitUntil } from '@tally/testing';
import { describe, expect, test } from 'vitest';
import { type Api, newId, problemOf, runs } from './api.fixture.ts';
import { put } from './rows.fixture.ts';

/** Requests that the storage refuses at the moment. */
export const forbidden: { urls: RegExp | null } = { urls: null };

/** A run that the storage refuses to read. */
export const FORBIDDEN_RUN = 'forbidden-run';

export function describeObserving(api: () => Api): void {
  describe.concurrent('items', () => {
    const page = async (id: string, query: string) =>
      itemsPageSchema.parse((await api().call('listItems', { params: { id }, query })).body);
    const allItems = async (id: string, query: string) => {
      const items = [];
      for (let token: string | null = ''; token !== null; ) {
        const part = await page(id, `${query}${token === '' ? '' : `&continuationToken=${token}`}`);
        items.push(...part.items);
        token = part.continuationToken;
      }
      return items;
    };

    test('are paged in their order, and filtered by status', async () => {
      const urls = Array.from(
        { length: 70 },
        (_, index) => `https://photos.example/${index % 7 === 3 ? 'bad' : 'good'}-${index}.jpg`,
      );
      const id = await runs.Completed(api(), newId('items'), urls);
      for (const top of [1_000, 9]) {
        const items = await allItems(id, `top=${top}`);
        expect(items.map(({ url }) => url)).toEqual(urls);
        expect(items.map(({ index }) => index)).toEqual(urls.map((_, index) => index));
        const failed = await allItems(id, `top=${top}&status=failed`);
        expect(failed.map(({ index }) => index % 7)).toEqual(Array.from({ length: 10 }, () => 3));
        expect(failed[0]).toMatchObject({ error: { code: 'InvalidImage' } });
        expect(await allItems(id, `top=${top}&status=succeeded`)).toHaveLength(60);
      }
      expect((await page(id, 'top=9')).items).toHaveLength(9);
      expect(await allItems(id, 'status=pending')).toEqual([]);
      expect(await allItems(id, 'status=nonsense')).toHaveLength(70);
    });

    test('of an unknown run are 404; a token that no page has given is refused', async () => {
      expect((await api().call('listItems', { params: { id: 'unknown' } })).status).toBe(404);
      const id = await runs.Completed(api());
      for (const token of ['garbage', '1.2', '-1.0.0', '0.0.0.0'])
        expect(
          problemOf(await api().call('listItems', { params: { id }, query: `continuationToken=${token}` })).status,
        ).toBe(400);
      expect((await page(id, 'continuationToken=99.0.0')).items).toEqual([]);
    });
  });

  describe.concurrent('the chain', () => {
    test('has a stage for each queue of all chains, with live depths and workers', async () => {
      await runs.Completed(api());
      const chain = chainSchema.parse((await api().call('getChain')).body);
      expect(chain.name).toBe('face-happiness');
      const queues = chain.stages.map(({ queue }) => queue);
      const { chains } = chainsSchema.parse((await api().call('listChains')).body);
      const worked = chains.flatMap(({ versions }) =>
        versions.flatMap(({ nodes }) => nodes.flatMap(({ queue, smallQueue }) => [queue, smallQueue])),
      );
      const declared = new Set(worked.filter((queue) => queue !== undefined));
      expect([...declared]).toEqual(expect.arrayContaining(['detect', 'detect-small']));
      expect(queues).toEqual(['intake', ...declared, 'aggregate']);
      for (const { queue, poisonQueue } of chain.stages) expect(poisonQueue).toBe(`${queue}-poison`);
      const atWork = chain.stages.filter(({ workers }) => workers >= 1).map(({ queue }) => queue);
      expect(atWork).toEqual(expect.arrayContaining(['intake', 'detect-small', 'aggregate']));
    });
  });

  test('shows the unfinished runs, node by node', async () => {
    const id = await runs.Running(api());
    const { isWhole, nodes, stuck, runs: count } = activitySchema.parse((await api().call('getActivity')).body);
    expect([isWhole, stuck.filter(({ runId }) => runId === id)]).toEqual([true, []]);
    expect(count).toBeGreaterThanOrEqual(1);
    expect(nodes.find(({ node }) => node === 'detect')?.chain).toBe('face-happiness');
  });

  test('the files of a run: none if it makes none, no link to another place, 404 for an unknown run', async () => {
    const id = await runs.Completed(api());
    expect((await api().call('listFiles', { params: { id } })).body).toEqual({ files: [] });
    const file = Buffer.from(JSON.stringify(['runs', 'other/1/a.pdf'])).toString('base64url');
    expect(problemOf(await api().call('linkFile', { params: { id, file } }))).toMatchObject({
      status: 404,
      code: 'FileNotFound',
    });
    expect((await api().call('listFiles', { params: { id: 'unknown' } })).status).toBe(404);
    expect((await api().call('linkFile', { params: { id: 'unknown', file } })).status).toBe(404);
  });

  test('the rows of a run as they are stored, page by page, and its messages; 404 for an unknown run', async () => {
    const id = await runs.Running(api());
    const keys: string[] = [];
    for (let token: string | null = ''; token !== null; ) {
      const { body } = await api().call('listRows', { params: { id }, query: `top=1&continuationToken=${token}` });
      const page = rowsPageSchema.parse(body);
      keys.push(...page.rows.map(({ rowKey }) => rowKey));
      token = page.continuationToken;
    }
    expect(keys).toContain('run');
    expect(new Set(keys).size).toBe(keys.length);
    const { messages } = peekedSchema.parse((await api().call('peekMessages', { params: { id } })).body);
    for (const { text } of messages) expect(text).toContain(id);
    for (const operation of ['listRows', 'peekMessages'] as const)
      expect((await api().call(operation, { params: { id: 'unknown' } })).status).toBe(404);
    expect((await api().call('listRows', { params: { id }, query: 'continuationToken=garbage' })).status).toBe(400);
  });

  test('whether the key may control: without keys it may', async () => {
    expect(await api().call('checkControl')).toMatchObject({ status: 204, body: null });
  });

  describe('dead letters', () => {
    const list = async (query = '') =>
      deadLettersPageSchema.parse((await api().call('listDeadLetters', { query })).body);

    test('are listed, are refused a redrive that makes no sense, and are discarded', async () => {
      for (const text of ['hello', 'again', 'world']) await put(api().system.storage, 'detect', text);
      const letters = await waitUntil(
        async () => {
          const { deadLetters } = await list('stage=detect');
          return deadLetters.length >= 3 ? deadLetters : null;
        },
        { describe: 'three dead letters' },
      );
      expect(letters.map(({ body }) => body).toSorted()).toEqual(['again', 'hello', 'world']);
      expect(letters[0]).toMatchObject({ stage: 'detect', sourceQueue: 'detect', runId: null, items: null });
      expect((await list('stage=aggregate')).deadLetters).toEqual([]);
      const first = await list('top=2');
      expect(first.deadLetters).toHaveLength(2);
      const second = await list(`top=2&continuationToken=${first.continuationToken}`);
      expect([...first.deadLetters, ...second.deadLetters].map(({ id }) => id)).toEqual(letters.map(({ id }) => id));
      const [id = ''] = letters.map((letter) => letter.id);
      expect((await api().call('redriveDeadLetter', { params: { id } })).status).toBe(409);
      const discarded = await api().call('discardDeadLetter', { params: { id } });
      expect([discarded.status, discarded.body]).toEqual([204, null]);
      expect((await api().call('discardDeadLetter', { params: { id } })).status).toBe(404);
      expect((await api().call('redriveDeadLetter', { params: { id } })).status).toBe(404);
      expect((await list()).deadLetters).toHaveLength(2);
    });

    test('that are unknown are 404, tokens of other lists 400', async () => {
      for (const id of ['garbage', 'WyJkZXRlY3QiLDEsImEiXQ', 'x'.repeat(3_000)]) {
        expect((await api().call('redriveDeadLetter', { params: { id } })).status).toBe(404);
        expect((await api().call('discardDeadLetter', { params: { id } })).status).toBe(404);
      }
      expect((await api().call('listDeadLetters', { query: 'continuationToken=garbage' })).status).toBe(400);
    });
  });

  describe('health', () => {
    const url = () => `${api().system.url}/api/health`;

    test('is answered at this path alone to probes that read no body', async () => {
      const head = await fetch(url(), { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
      for (const path of ['/api/runs', '/api/chain', '/api/openapi.json', '/api/durabletask/instances'])
        expect((await fetch(api().system.url + path, { method: 'HEAD' })).status, path).toBe(404);
    });

    test.each([
      [/\/deadletters\(/, 'table deadletters'],
      [/\/chunks\(/, 'table chunks'],
      [/\/aggregate-poison\?/, 'queue aggregate-poison'],
    ])('is 503 if the storage refuses %s, and the problem names it', async (urls, part) => {
      forbidden.urls = urls;
      try {
        expect(problemOf(await api().call('getHealth'))).toMatchObject({
          status: 503,
          code: 'StorageUnreachable',
          detail: `These can't be reached: ${part}. The log says why.`,
        });
        expect((await fetch(url(), { method: 'HEAD' })).status).toBe(503);
      } finally {
        forbidden.urls = null;
      }
      expect((await fetch(url())).status).toBe(200);
    });
  });

  describe.concurrent('the rest', () => {
    test('the document of the API and the health of the service exist', async () => {
      expect((await api().call('getOpenApi')).body).toMatchObject({ openapi: '3.1.0' });
      expect((await api().call('getHealth')).body).toEqual({ status: 'ok', chain: 'face-happiness', version: 1 });
    });

    test.each([
      ['GET', '/api'],
      ['GET', '/api/nothing'],
      ['PUT', '/api/runs'],
      ['PUT', '/api/runs/a'],
      ['GET', '/api/runs/a/terminate'],
      ['DELETE', '/api/runs/a/terminate'],
      ['POST', '/api/runs/a/explode'],
      ['POST', '/api/runs/a/raiseEvent'],
      ['POST', '/api/runs/a/raiseEvent/b/c'],
      ['POST', '/api/chain'],
      ['POST', '/api/runs/a/items'],
    ])('%s %s: 404, never 405, and a problem', async (method, path) => {
      const response = await fetch(`${api().system.url}${path}`, { method });
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
    });

    test('an internal error is a problem that names the invocation and reveals no stack or path', async () => {
      for (const path of ['', '/items', '/terminate', '/raiseEvent/Go']) {
        const method = path === '' || path === '/items' ? 'GET' : 'POST';
        const response = await fetch(`${api().system.url}/api/runs/${FORBIDDEN_RUN}${path}`, { method });
        const text = await response.text();
        expect(response.status).toBe(500);
        expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
        expect(problemSchema.parse(JSON.parse(text))).toMatchObject({ status: 500, code: 'InternalError' });
        expect(text).not.toMatch(/\.(?:js|ts)\b|\bat \S+ \(|node_modules|RestError/);
      }
    });

    test('paths are matched in any case, and with a slash at their end', async () => {
      const id = await runs.Completed(api());
      const codes = ['/API/Runs/', `/api/RUNS/${id}`, `/api/runs/${id}/`, `/Api/runs/${id}/ITEMS`].map(
        async (path) => (await fetch(api().system.url + path)).status,
      );
      expect(await Promise.all(codes)).toEqual([200, 200, 200, 200]);
      const terminate = await fetch(`${api().system.url}/api/runs/${id}/TERMINATE`, { method: 'POST' });
      expect(terminate.status).toBe(410);
    });
  });
}
