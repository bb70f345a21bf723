// The workflow that people compare. Its handlers do nothing, so that only the engine's own requests are
// counted.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostJsonOf, OWN_LISTENING } from '@tally/chain';
import { type OwnSystem, startOwnSystem } from '@tally/test-system';
import { waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import { order } from '../fixtures/order-workflow/src/chains.ts';
import { readLives } from './rows.fixture.ts';
import { isTimeBound, tableOf, type Watched, WatchedRequests, waitedIn } from './watched-requests.fixture.ts';

/** One less than Durable Functions needs for the same workflow. */
const MOST = 36;

/** `TALLY_ORDERS=5` also prints the median time of five orders. */
const ORDERS = Number(process.env['TALLY_ORDERS'] ?? 1);
const app = path.resolve(import.meta.dirname, '../fixtures/order-workflow');
/** After this time without a message, the pause between a queue's polls has reached its maximum. */
const IDLE_MS = 2_000;

const storage = new WatchedRequests();
let system: OwnSystem;
beforeAll(async () => {
  system = await startOwnSystem(app, { polling: null, proxy: { keep: false, disturb: storage.watch } });
  return () => system.stop();
}, 180_000);

async function post(route: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${system.url}/api${route}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.status, await answer.text()).toBe(202);
}

interface Order {
  /** From the first byte of its start until the row says that it has ended. */
  readonly ms: number;
  readonly requests: readonly Watched[];
}

/** Sends an order whose approval arrives before the order asks for it. */
async function send(id: string): Promise<Order> {
  const first = storage.all.length;
  const begunAt = performance.now();
  await post(`/chains/order/runs/${id}`, {});
  await post(`/runs/${id}/raiseEvent/OrderApprovalResult`, 'Approved');
  const isTidy = async () => (await readLives(system.storage)).length === 0;
  await waitUntil(isTidy, { describe: `${id} has ended and is tidied up` });
  // The last message is deleted after that.
  const isSettled = () =>
    storage.all
      .slice(first)
      .some(({ request }) => request.operation === 'DeleteMessage' && request.target === 'order-email');
  await waitUntil(isSettled, { describe: 'the last message is deleted' });
  const requests = storage.all.slice(first);
  const end = requests.find(({ request }) => JSON.stringify(request.batch ?? []).includes('"status":"Completed"'));
  if (end === undefined) throw new Error(`${id} has not completed\n${system.log()}`);
  return { ms: end.answeredAt - begunAt, requests };
}

const listening = order.definition.apps[order.definition.app] ?? OWN_LISTENING.aggregate;

test('the app of orders listens to the queues of its chain', async () => {
  expect(JSON.parse(await readFile(path.join(app, 'host.json'), 'utf8'))).toEqual(hostJsonOf({ listening }));
});

test('an order stays within its budget of storage requests, counted at the wire', async () => {
  // The first order of a day and of a process needs more requests.
  await send('first');
  const times: number[] = [];
  for (let number = 0; number < ORDERS; number += 1) {
    await sleep(IDLE_MS);
    const { ms, requests } = await send(`order-${number}`);
    times.push(ms);
    const timeBound = requests.filter(({ request }) => isTimeBound(request));
    const counted = requests.filter(({ request }) => !isTimeBound(request));
    console.log(
      `${counted.length} requests\n${tableOf(counted)}\nwith time\n${tableOf(timeBound)}\n${timeTold(ms, requests)}`,
    );
    expect(counted.length).toBeLessThanOrEqual(MOST);
  }
  const middle = times.toSorted((one, other) => one - other)[Math.floor(ORDERS / 2)] ?? 0;
  console.log(`the middle of ${ORDERS}: ${Math.round(middle)} ms`);
}, 600_000);

/**
 * An order waits for three polls of queues, one after another: of save, of pdf and video, and of email. If an
 * idle queue is polled every T, a message waits T/2, and the later of two messages 2T/3. No assertion uses a
 * time; docs/scaling.md reports the times.
 */
function timeTold(ms: number, requests: readonly Watched[]): string {
  const [save = 0, pdf = 0, video = 0, email = 0] = ['save', 'pdf', 'video', 'email'].map((node) =>
    waitedIn(`order-${node}`, requests),
  );
  const waited = save + Math.max(pdf, video) + email;
  const usual = (1 / 2 + 2 / 3 + 1 / 2) * listening.maxPollingIntervalMs;
  const [whole, inQueues, work, mean] = [ms, waited, ms - waited, usual].map(Math.round);
  return `${whole} ms: ${inQueues} until the next looks, ${work} at work; ${(ms / usual).toFixed(2)} of the ${mean} that the looks take in the mean`;
}
