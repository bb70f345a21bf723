import { allNodesOf } from '@tally/chain';
import { orders } from '@tally/chains';
import type { NodeState, Run } from '@tally/run-state';
import type { RunProgress } from '@tally/run-steps';
import { UnreadableRowError } from '@tally/run-store';
import { expect, test } from 'vitest';
import { listedRun, statusBody, unreadableRun } from './status-body.ts';

const AT = Date.UTC(2026, 0, 2, 3, 4, 5);
const time = (second: number) => `2026-01-02T03:04:${String(5 + second).padStart(2, '0')}.000Z`;
const since = { since: 1, openedAt: AT } as const;
const progress: RunProgress = {
  counts: { total: 0, pending: 0, inFlight: 0, succeeded: 0, failed: 0, aborted: 0 },
  ...{ rate: null, eta: null, storageTransactions: 20 },
};
const running = (nodes: Run['nodes'], verdict: Extract<Run, { status: 'Running' }>['verdict'] = null): Run => ({
  ...{ runId: 'a-1', generation: 'g', name: 'orders', chainVersion: 1, epoch: 1, nodes, opened: [], outbox: [] },
  ...{ options: { tolerance: {} }, createdAt: AT, updatedAt: AT, input: null },
  ...{ status: 'Running', verdict },
});
const bodyOf = (run: Run) => {
  const chain = orders.definition;
  const names = allNodesOf(chain).map(({ name }) => name);
  const nodes = names.map((name) => ({ name, state: run.nodes[name] }));
  return statusBody(run, { chain, nodes, progress, historyEvents: undefined }, true);
};
const ended = (kept: Omit<Extract<NodeState, { state: 'ended' }>, 'state' | 'endedAt' | 'since' | 'openedAt'>) =>
  ({ ...since, state: 'ended', endedAt: AT + 1_000, ...kept }) as const;

test('all nodes are listed with their states, in the order of the declaration', () => {
  const { nodes } = bodyOf(
    running({
      save: ended({ outcome: 'succeeded', attempts: 2 }),
      pdf: ended({ outcome: 'failed', attempts: 3, error: { code: 'NoSpace', message: 'full' } }),
      video: {
        ...{ ...since, state: 'out', epoch: 1, at: AT, sends: 0, by: 't', attempt: 2, notBefore: AT + 30_000 },
      },
      email: ended({ outcome: 'skipped', why: 'its condition was false' }),
    }),
  );
  expect(nodes.map(({ name }) => name)).toEqual([
    'save',
    'pdf',
    'video',
    'ask',
    'approval',
    'email',
    'decline',
    'alert',
  ]);
  expect(nodes[0]).toEqual({
    ...{ name: 'save', kind: 'task', state: 'ended', outcome: 'succeeded', attempts: 2 },
    ...{ openedAt: time(0), endedAt: time(1) },
  });
  expect(nodes[1]).toMatchObject({ outcome: 'failed', error: { code: 'NoSpace', message: 'full' } });
  expect(nodes[2]).toEqual({
    ...{ name: 'video', kind: 'task', state: 'out', attempts: 2, openedAt: time(0), notBefore: time(30) },
  });
  expect(nodes[4]).toEqual({ name: 'approval', kind: 'wait', event: 'OrderApprovalResult', state: 'notDue' });
  expect(nodes[5]).toEqual({
    ...{ name: 'email', kind: 'task', state: 'ended', outcome: 'skipped', why: 'its condition was false' },
    endedAt: time(1),
  });
  expect(nodes[7]).toEqual({ name: 'alert', kind: 'task', closing: 'whenFailed', state: 'notDue' });
});

test('a waiting run names its event and its time limit', () => {
  const wait: NodeState = { ...since, state: 'waiting', until: AT + 20_000, by: 't' };
  const body = bodyOf(running({ approval: wait }));
  expect(body.customStatus).toEqual({ waitingFor: 'OrderApprovalResult', until: time(20) });
  expect(body.nodes[4]).toMatchObject({ state: 'waiting', until: time(20) });
  expect(bodyOf(running({ approval: { ...wait, until: null } })).nodes[4]).toMatchObject({ until: null });
});

test('the verdict is shown while closing nodes run', () => {
  const error = { code: 'Infected', message: 'EICAR' };
  expect(bodyOf(running({}, { status: 'failed', error, node: 'save' })).verdict).toEqual({
    ...{ status: 'failed', ...error, node: 'save' },
  });
  expect(bodyOf(running({}))).not.toHaveProperty('verdict');
});

test('a run without items has no window, unless one was given', () => {
  expect(bodyOf(running({})).window).toBeNull();
  expect(bodyOf({ ...running({}), options: { tolerance: {}, window: 7 } }).window).toBe(7);
});

test('a run of an unknown chain says so, and shows only the nodes in its row', () => {
  const body = statusBody(
    running({ save: { ...since, state: 'stopped', endedAt: AT, attempts: 1 } }),
    { chain: undefined, nodes: [{ name: 'save', state: undefined }], progress, historyEvents: undefined },
    true,
  );
  expect(body.unserved).toBe('this app does not know chain "orders" in version 1');
  expect(body.nodes).toEqual([{ name: 'save', kind: null, state: 'notDue' }]);
  expect(bodyOf(running({}))).not.toHaveProperty('unserved');
});

test("R8: status and list give the version of a run's chain, after the fields that Durable has", () => {
  const run = { ...running({}), chainVersion: 3 };
  expect(bodyOf(run).chainVersion).toBe(3);
  expect(Object.entries(listedRun(run, true)).slice(-2)).toEqual([
    ['lastUpdatedTime', '2026-01-02T03:04:05Z'],
    ['chainVersion', 3],
  ]);
});

test('R9: a list gives no version for a run with an unreadable row, whatever the row claims', () => {
  const place = { table: 'runs', partitionKey: 'old', rowKey: 'run' };
  const unreadable = new UnreadableRowError(place, 'v', '1: another version', { isOfAnotherVersion: true });
  const listed = { runId: 'old', name: 'orders', createdAt: AT, updatedAt: AT, status: 'Running', unreadable } as const;
  expect(unreadableRun(listed)).toMatchObject({ runtimeStatus: 'Running', chainVersion: null });
});
