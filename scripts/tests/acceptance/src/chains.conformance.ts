import { chainsSchema, checkStatusSchema, runStatusSchema } from '@tally/api';
import { waitUntil } from '@tally/testing';
import { describe, expect, test } from 'vitest';
import { type Api, newId, parseBody, problemOf, runs, statusOf } from './api.fixture.ts';
import { depth, put, readCells, readRun, renameChain, setRowVersion } from './rows.fixture.ts';

const order = {
  number: 'A-1',
  customer: { name: 'Ada', email: 'ada@shop.example' },
  currency: 'EUR',
  lines: [{ article: 'Tea', quantity: 2, price: 3.5 }],
};

export function describeChains(api: () => Api): void {
  const start = (chain: string, body: object, id = newId(chain)) =>
    api().call('startChainRunAs', { params: { chain, id }, body });
  const status = async (id: string) => runStatusSchema.parse((await api().call('getRun', { params: { id } })).body);

  describe.concurrent('chains', () => {
    test('are listed with their graphs; a start without a name runs the default one', async () => {
      const { chains } = chainsSchema.parse((await api().call('listChains')).body);
      expect(chains.map(({ name, isDefault }) => [name, isDefault])).toEqual([
        ['face-happiness', true],
        ['orders', false],
        ['media', false],
      ]);
      const nodes = chains[1]?.versions[0]?.nodes ?? [];
      expect(nodes.find(({ name }) => name === 'ask')?.after).toEqual(['pdf', 'video']);
      expect(nodes.find(({ name }) => name === 'approval')).toMatchObject({
        ...{ kind: 'wait', event: 'OrderApprovalResult', onFailure: 'continue' },
        payload: { enum: ['Approved', 'Rejected'] },
      });
    });

    test('are started by their names in any case; the status shows each node', async () => {
      const id = newId('order');
      const started = await start('ORDERS', order, id);
      expect([started.status, checkStatusSchema.parse(started.body).id]).toEqual([202, id]);
      const { name, input, nodes, counts } = await status(id);
      expect([name, input]).toEqual(['orders', order]);
      expect(nodes[0]).toMatchObject({ name: 'save', kind: 'task', state: 'out', attempts: 1 });
      expect(nodes.slice(1).map(({ state }) => state)).toEqual(nodes.slice(1).map(() => 'notDue'));
      expect(nodes.find((node) => node.name === 'approval')).toMatchObject({ event: 'OrderApprovalResult' });
      expect(counts.total).toBe(0);
    });

    test('with maps show their item counts, and the outcome of the wait', async () => {
      const { nodes } = await status(await runs.Completed(api()));
      expect(nodes).toMatchObject([
        { name: 'detect', kind: 'map', state: 'ended', outcome: 'succeeded', counts: { total: 2, succeeded: 2 } },
        { kind: 'wait', state: 'ended', outcome: 'skipped' },
      ]);
    });

    test.each([
      ['orders', { ...order, currency: 'euro' }, 'currency', 'must be three capital letters, such as EUR'],
      ['orders', { ...order, lines: [] }, 'lines', ''],
      ['orders', { ...order, colour: 'red' }, 'colour', ''],
      ['orders', { ...order, customer: { name: 'Ada', email: 'unknown' } }, 'customer.email', ''],
      ['media', {}, '', ''],
      ['media', { url: 'ftp://files.example/a.mp4' }, '', ''],
      ['face-happiness', { urls: [] }, 'urls', ''],
    ])('refuse an invalid input: %s of %j', async (chain, body, field, words) => {
      const id = newId('refused');
      const answer = await start(chain, body, id);
      expect(answer.status).toBe(400);
      expect(JSON.stringify(problemOf(answer).errors)).toContain(field);
      expect(problemOf(answer).detail).toContain(words);
      expect((await api().call('getRun', { params: { id } })).status).toBe(404);
    });

    test('that are unknown cannot be started, and the problem names the known ones', async () => {
      const answer = await start('nothing', {});
      expect(problemOf(answer)).toMatchObject({ status: 400, errors: [{ field: 'chain' }] });
      expect(problemOf(answer).detail).toContain('face-happiness, orders, media');
    });

    test("are started at Durable's path by their orchestrator's name, with the input as the body; an unknown name is refused", async () => {
      const startAt = async (orchestrator: string) => {
        const url = `${api().system.url}/api/durabletask/orchestrators/${orchestrator}`;
        const answer = await fetch(url, { method: 'POST', body: JSON.stringify(order) });
        return { status: answer.status, headers: answer.headers, body: parseBody(await answer.text()) };
      };
      const started = await startAt('orders');
      expect(started.status).toBe(202);
      const { id } = checkStatusSchema.parse(started.body);
      expect(await status(id)).toMatchObject({ name: 'orders', input: order });
      const unknown = problemOf(await startAt('nothing'));
      expect(unknown).toMatchObject({ status: 400, errors: [{ field: 'chain' }] });
      expect(unknown.detail).toContain('face-happiness, orders, media');
    });

    test('declare the payloads of their events: another payload is refused, an early valid one is stored', async () => {
      const id = newId('early-answer');
      await start('orders', order, id);
      const raise = (body: string) =>
        api().call('raiseEvent', {
          params: { id, eventName: 'orderapprovalresult' },
          headers: { 'content-type': 'application/json' },
          body,
        });
      expect(problemOf(await raise('"Maybe"'))).toMatchObject({ status: 400, code: 'InvalidEvent' });
      expect((await raise('"Approved"')).status).toBe(202);
      expect(statusOf(await api().call('getRun', { params: { id } })).runtimeStatus).toBe('Running');
    });
  });

  /** How many messages were put into a queue hidden for a minute. These tests put no other such messages. */
  const putBack = (queue: string): number =>
    api().system.proxy.exchanges.filter(
      ({ operation, target, url, status: answered }) =>
        operation === 'PutMessage' && target === queue && answered === 201 && /timeout=60\b/.test(url),
    ).length;

  describe.concurrent('a run of an unknown chain', () => {
    const unknown = async (id: string) => {
      await renameChain(api().system.storage, id, 'of-tomorrow');
      return id;
    };
    const call = (id: string, verb: 'suspendRun' | 'resumeRun' | 'terminateRun' | 'purgeRun') =>
      api().call(verb, { params: { id } });

    test('is shown, and refuses what needs the chain; it can be suspended, terminated and purged', async () => {
      const id = await unknown(await runs.Running(api()));
      expect(await status(id)).toMatchObject({
        ...{ runtimeStatus: 'Running', name: 'of-tomorrow' },
        unserved: 'this app does not know chain "of-tomorrow" in version 1',
      });
      const raised = await api().call('raiseEvent', { params: { id, eventName: 'Approval' }, query: 'approved=true' });
      expect(problemOf(raised)).toMatchObject({ status: 409, code: 'UnknownChain' });
      expect((await call(id, 'suspendRun')).status).toBe(202);
      expect(problemOf(await call(id, 'resumeRun'))).toMatchObject({ status: 409, code: 'UnknownChain' });
      expect((await call(id, 'terminateRun')).status).toBe(202);
      expect(statusOf(await api().call('getRun', { params: { id } })).runtimeStatus).toBe('Terminated');
      expect((await call(id, 'purgeRun')).status).toBe(200);
      expect((await api().call('getRun', { params: { id } })).status).toBe(404);
    });

    test('has its messages put back, hidden for a minute: neither lost nor given up', async () => {
      const { storage } = api().system;
      const id = await unknown(await runs.Running(api()));
      const { gen } = await readRun(storage, id);
      const before = putBack('aggregate');
      await put(storage, 'aggregate', JSON.stringify({ v: 3, runId: id, gen, tok: 'by-hand' }));
      await waitUntil(() => putBack('aggregate') > before, { describe: 'the message is put back' });
      expect(await depth(storage, 'aggregate')).toBeGreaterThanOrEqual(1);
      expect((await status(id)).runtimeStatus).toBe('Running');
      expect((await readCells(storage, 'deadletters')).filter(({ text }) => text.includes(id))).toEqual([]);
    });

    test('from an earlier row version has its messages put back too, and is listed without a version', async () => {
      const { storage } = api().system;
      const id = await runs.Running(api());
      const { gen } = await readRun(storage, id);
      const ours = await setRowVersion(storage, id, 1);
      const before = putBack('intake');
      await put(storage, 'intake', JSON.stringify({ v: 2, runId: id, gen, epoch: 1, tok: 'by-hand' }));
      await waitUntil(() => putBack('intake') > before, { describe: 'the message of before is put back' });
      expect((await api().call('listRuns', { query: `instanceIdPrefix=${id}` })).body).toMatchObject([
        { instanceId: id, runtimeStatus: 'Running', chainVersion: null },
      ]);
      expect((await readCells(storage, 'deadletters')).filter(({ text }) => text.includes(id))).toEqual([]);
      await setRowVersion(storage, id, ours);
      expect((await call(id, 'terminateRun')).status).toBe(202);
    });

    test('that has ended can be purged', async () => {
      const id = await unknown(await runs.Completed(api()));
      expect((await call(id, 'purgeRun')).body).toEqual({ instancesDeleted: 1 });
    });
  });
}
