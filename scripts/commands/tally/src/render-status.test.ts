import type { RunNode } from '@tally/api';
import { expect, test } from 'vitest';
import { runOutput, statusBody } from './api-bodies.fixture.ts';
import { localTime } from './local-time.ts';
import { renderStatus } from './render-status.ts';

const created = localTime('2026-11-23T09:44:35Z');
const updated = localTime('2026-11-23T09:44:40Z');

test('a live run shows its progress and when it may be done', () => {
  const eta = '2026-11-23T09:45:00Z';
  const counts = { total: 9, pending: 2, inFlight: 3, succeeded: 3, failed: 1, aborted: 0 };
  expect(renderStatus(statusBody({ counts, rate: 3.21, eta, storageTransactions: 42 }))).toBe(
    [
      'Run r1 is Running.',
      `  created  ${created}`,
      `  updated  ${updated}`,
      '  chain    face-happiness',
      '  items    9: 3 succeeded, 1 failed, 3 in work, 2 to do',
      '  window   2048 items at once',
      '  rate     3.2 items/s',
      `  ready    about ${localTime(eta)}`,
      '  storage  about 42 transactions',
    ].join('\n'),
  );
});

test('a single thing is in the singular', () => {
  const text = renderStatus(statusBody({ window: 1, storageTransactions: 1 }));
  expect(text).toContain('  window   1 item at once\n');
  expect(text).toMatch(/about 1 transaction$/);
});

test('a completed run shows its result, a failed run its error', () => {
  const completed = renderStatus(statusBody({ runtimeStatus: 'Completed', output: runOutput }));
  expect(completed).toContain('\n\n  min_val  0.2500  image 0\n  max_val  0.9800  image 0\n');
  const output = { code: 'AllFailed', message: 'no image succeeded' };
  const failed = renderStatus(statusBody({ runtimeStatus: 'Failed', output }));
  expect(failed).toContain('because  AllFailed: no image succeeded');
});

test('a waiting run names what it waits for, and its history is a table', () => {
  const customStatus = { waitingFor: 'Approval', until: '2026-11-23T10:00:00.000Z' };
  const historyEvents = [
    { EventType: 'ExecutionStarted', Timestamp: '2026-11-23T09:44:35Z' },
    { EventType: 'ExecutionSuspended', Timestamp: '2026-11-23T09:44:40Z', Reason: 'lunch' },
  ];
  const text = renderStatus(statusBody({ customStatus, historyEvents }));
  expect(text).toContain('  now      {"waitingFor":"Approval"');
  expect(text).toContain(`${created}  ExecutionStarted\n${updated}  ExecutionSuspended  Reason: lunch`);
});

test('nodes are a table, and the verdict is shown', () => {
  const now = Date.parse('2026-11-23T09:45:00Z');
  const nodes: RunNode[] = [
    {
      ...{ name: 'save', kind: 'task', state: 'ended', outcome: 'failed', attempts: 3 },
      error: { code: 'Full', message: 'no\nroom' },
    },
    { name: 'approval', kind: 'wait', state: 'waiting', event: 'Approved', until: '2026-11-23T09:46:05Z' },
  ];
  const verdict = { status: 'failed', code: 'Full', message: 'no room', node: 'save' } as const;
  const text = renderStatus(statusBody({ name: 'orders', nodes, verdict, window: null }), now);
  expect(text).toContain('  will end  as Failed: Full: no room');
  expect(text).not.toContain('window');
  expect(text).toContain(
    [
      'NODE      KIND  HOW IT STANDS',
      'save      task  failed after 3 tries: Full: no room',
      'approval  wait  waits for Approved, 1:05 left',
    ].join('\n'),
  );
});

test('a run of an unknown chain says so', () => {
  const text = renderStatus(statusBody({ unserved: 'this app does not know chain "x" in version 3' }));
  expect(text).toContain('  unserved  this app does not know chain "x" in version 3');
});
