import { createHmac } from 'node:crypto';
import { waitUntil } from '@tally/testing';
import { describe, expect, test } from 'vitest';
import { type Api, newId, statusOf } from './api.fixture.ts';
import { readRun } from './rows.fixture.ts';

/** The key with which intake signs links in the tests. */
export const LINK_KEY = 'the key of the tests, of more than 32 characters';
const EVENT = 'OrderApprovalResult';

const order = {
  number: 'A-2',
  customer: { name: 'Ada', email: 'ada@shop.example' },
  currency: 'EUR',
  lines: [{ article: 'Tea', quantity: 2, price: 3.5 }],
};

export function describeAnswerLinks(api: () => Api): void {
  /**
   * A link as an app of the chain makes it. It is written out here, so that a change of the signature shows.
   */
  const linkTo = (
    runId: string,
    generation: string,
    payload: string,
    { key = LINK_KEY, event = EVENT, node = 'save' } = {},
  ): string => {
    // Made by the first node, the only node of orders that has opened, because no app of orders runs here. A
    // link is valid as long as the round of the node that made it.
    const since = '1';
    const signed = JSON.stringify(['tally-answer', runId, generation, node, since, event, payload]);
    const sig = createHmac('sha256', key).update(signed).digest('base64url');
    const query = new URLSearchParams({ gen: generation, node, since, payload, sig }).toString();
    return `${api().system.url}/api/answers/${encodeURIComponent(runId)}/${event}?${query}`;
  };
  const started = async (id: string) => {
    const answer = await api().call('startChainRunAs', { params: { chain: 'orders', id }, body: order });
    expect(answer.status).toBe(202);
    return (await readRun(api().system.storage, id)).gen;
  };
  const open = async (link: string, method: 'GET' | 'POST') => {
    const response = await fetch(link, { method });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    return { status: response.status, html: await response.text() };
  };

  describe.concurrent('the link to an answer', () => {
    test('asks when it is opened, answers by its button, and then shows the first answer', async () => {
      const id = newId('linked');
      const generation = await started(id);
      const [approve, reject] = ['"Approved"', '"Rejected"'].map((payload) => linkTo(id, generation, payload));
      if (approve === undefined || reject === undefined) throw new Error('no links');
      for (let looks = 0; looks < 2; looks += 1) {
        const asked = await open(approve, 'GET');
        expect([asked.status, asked.html]).toEqual([200, expect.stringContaining('<button>Approved</button>')]);
      }
      const answered = await open(approve, 'POST');
      expect([answered.status, answered.html]).toEqual([200, expect.stringContaining('Recorded: Approved')]);
      for (const method of ['GET', 'POST'] as const) {
        const late = await open(reject, method);
        expect([late.status, late.html]).toEqual([200, expect.stringContaining('Recorded: Approved')]);
        expect(late.html).not.toContain('<button>');
      }
    });

    test('is rejected if another key signed it, or if it differs from what was signed', async () => {
      const id = newId('forged');
      const generation = await started(id);
      const link = linkTo(id, generation, '"Approved"');
      const forged = [
        linkTo(id, generation, '"Approved"', { key: `${LINK_KEY}, almost` }),
        link.replace('Approved', 'Rejected'),
        link.replace(EVENT, 'AnotherEvent'),
        link.replace(id, `${id}2`),
        link.replace(/&sig=.*/, ''),
      ];
      for (const one of forged)
        for (const method of ['GET', 'POST'] as const) {
          const { status, html } = await open(one, method);
          expect([status, html]).toEqual([404, expect.stringContaining('not valid')]);
        }
      expect((await open(link, 'GET')).html).toContain('<button>');
    });

    test('of an earlier run with the id answers nothing', async () => {
      const id = newId('again');
      const generation = await started(id);
      await api().call('terminateRun', { params: { id } });
      const late = await open(linkTo(id, generation, '"Approved"'), 'POST');
      expect([late.status, late.html]).toEqual([409, expect.stringContaining('Too late')]);
      const next = await started(id);
      expect(next).not.toBe(generation);
      for (const method of ['GET', 'POST'] as const)
        expect((await open(linkTo(id, generation, '"Approved"'), method)).status).toBe(410);
      expect((await open(linkTo(id, next, '"Approved"'), 'GET')).status).toBe(200);
      expect((await open(linkTo('unknown', generation, '"Approved"'), 'GET')).status).toBe(410);
    });

    test('that comes after the time limit is told so, even if the run still exists', async () => {
      const id = newId('late-link');
      const body = { urls: ['https://photos.example/a.jpg'], approval: { timeout: 'PT1S', onTimeout: 'complete' } };
      // The run is suspended below, so that it stays, whatever happens to its nodes.
      expect((await api().call('startRunAs', { params: { id }, body })).status).toBe(202);
      const link = linkTo(id, (await readRun(api().system.storage, id)).gen, 'true', {
        event: 'Approval',
        node: 'detect',
      });
      const isWaiting = async () => statusOf(await api().call('getRun', { params: { id } })).customStatus !== null;
      await waitUntil(isWaiting, { describe: 'the run waits', pollMs: 20 });
      await api().call('suspendRun', { params: { id } });
      await waitUntil(async () => (await open(link, 'GET')).status === 409, { describe: 'the time is over' });
      const late = await open(link, 'POST');
      expect([late.status, late.html]).toEqual([409, expect.stringContaining('Too late')]);
    });

    test('shows text as text, whatever it contains', async () => {
      const id = `${newId('markup')}<b>&"'`;
      const generation = await started(id);
      const { status, html } = await open(linkTo(id, generation, JSON.stringify('<script>alert(1)</script>')), 'GET');
      expect(status).toBe(200);
      expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(html).toContain('&lt;b&gt;&amp;&quot;&#39;');
      expect(html).not.toMatch(/<script|<b>/);
    });
  });
}
