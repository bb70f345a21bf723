// intake and aggregate work for all chains. Each is killed at every node of an order.
import { type Disturbance, FaultLog, injectStorageFaults, type StorageResponse } from '@tally/testing';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { statusesOf } from './audit/account.ts';
import { audit } from './audit/audit.ts';
import { Caller } from './caller.ts';
import { ChaosSystem } from './chaos-system.ts';
import { graphs, REFUSED } from './plans.ts';
import { messageOf, runWriteOf } from './run-writes.fixture.ts';
import { settle } from './settle.ts';
import { readTable } from './storage-view.ts';
import { plannedOrder } from './watched-run.fixture.ts';

let system: ChaosSystem;
beforeAll(async () => {
  system = await ChaosSystem.start();
  await system.arrange({ intake: 1, aggregate: 1, orders: 1 }, 0);
  return () => system.stop();
}, 180_000);

/** Runs at whose node a process was killed. A run's id is the node's name. */
const struck = new Set<string>();
/** Runs whose event was raised once their approver was asked. */
const answered = new Set<string>();
/** The kills happen one after another. */
let last = Promise.resolve();
beforeEach(() => {
  struck.clear();
  answered.clear();
});

async function strike(app: 'intake' | 'aggregate', runId: string): Promise<void> {
  struck.add(runId);
  last = last.then(async () => await system.kill(app, 0));
  await last;
}

const isDone = ({ status, body }: StorageResponse): boolean =>
  status < 300 && !/^HTTP\/1\.1 [45]/m.test(body.toString());

/**
 * Starts an order for each node, raises the approver's answer when the order waits for it, and lets time pass
 * until all have ended.
 */
async function play(nodes: readonly string[], disturb: Disturbance): Promise<void> {
  const plans = nodes.map((node) => plannedOrder(node));
  /** Calls that got a clear answer. */
  const heard = new Set<string>();
  const note = (line: string): void => {
    const [, call = '', status = ''] = /^(.+): (\w+)$/.exec(line) ?? [];
    if (status !== 'unknown') heard.add(call);
  };
  const caller = new Caller(plans, { url: () => system.url, now: () => system.clock.now(), note });
  const untilHeard = async (path: string, call: () => Promise<void>): Promise<void> => {
    while (!heard.has(`POST ${path}`)) {
      await last;
      await call();
    }
  };
  const calls: Promise<void>[] = [];
  const answer = (runId: string): void => {
    const run = caller.runs.find(({ plan }) => plan.id === runId);
    if (run === undefined || answered.has(runId) || runId === 'approval') return;
    answered.add(runId);
    const raise = async (): Promise<void> => await caller.act(run, runId === 'decline' ? 'reject' : 'approve');
    calls.push(untilHeard(`/api/runs/${runId}/raiseEvent/OrderApprovalResult`, raise));
  };
  system.disturb({
    storage: async (request, forward) => {
      const response = await disturb(request, forward);
      const write = runWriteOf(request);
      if (write?.nodes?.['approval']?.state === 'waiting') answer(write.runId);
      return response;
    },
    face: () => undefined,
    work: ({ runId, node }) => (runId === 'alert' && node === 'save' ? { fatal: REFUSED } : 'do'),
  });
  const starts = caller.runs.map((run) =>
    untilHeard(`/api/chains/orders/runs/${run.plan.id}`, async () => await caller.start(run)),
  );
  await Promise.all(starts);
  expect(await settle(system, caller, () => {})).toEqual([]);
  await Promise.all(calls);
  expect([...struck].sort()).toEqual([...nodes].sort());
  const statuses = statusesOf(await readTable(system.storage, 'runs'));
  for (const node of nodes)
    expect([node, statuses.get(node)]).toEqual([node, node === 'alert' ? 'Failed' : 'Completed']);
  expect(await audit(system, caller)).toEqual([]);
  expect(system.recorder.faults).toEqual([]);
  expect(system.died).toEqual([]);
}

const nodesOfOrders = graphs.orders.map(({ name }) => name);

test('if intake is killed as a node opens or an answer is raised, each order ends as if undisturbed, and its answer counts once', async () => {
  await play([...nodesOfOrders, 'raise', 'raised'], async (request, forward) => {
    const write = runWriteOf(request);
    const message = messageOf(request);
    const id = write?.runId ?? message?.runId ?? '';
    if (struck.has(id)) return await forward();
    if (id === 'raised' && write?.bringsEvent === true) {
      await forward();
      await strike('intake', id);
      return 'reset';
    }
    const isMet =
      id === 'raise' ? write?.bringsEvent === true : message?.node === id || write?.nodes?.[id]?.state === 'waiting';
    if (!isMet) return await forward();
    await strike('intake', id);
    return 'reset';
  });
});

test('if aggregate is killed after it has recorded a repair or a time-out and before it sends anything, each order still ends', async () => {
  const lose = injectStorageFaults({ seed: 1, rates: { 'message lost': 1_000 }, log: new FaultLog([]) });
  const lost = new Set<string>();
  await play(nodesOfOrders, async (request, forward) => {
    const message = messageOf(request);
    if (message !== null && message.node === message.runId && !lost.has(message.runId)) {
      lost.add(message.runId);
      return await lose(request, forward);
    }
    const write = runWriteOf(request);
    const state = write?.nodes?.[write.runId];
    const answer = await forward();
    const isRepair = state?.sends === 1 || state?.outcome === 'timedOut';
    if (write === null || !isRepair || struck.has(write.runId) || !isDone(answer)) return answer;
    await strike('aggregate', write.runId);
    return 'reset';
  });
});
