import type { ListedChain, RunNode } from '@tally/api';
import { expect, test } from 'vitest';
import { statusBody } from './api-bodies.fixture.ts';
import { RunWatch } from './run-watch.ts';

const START = Date.parse('2026-11-23T10:00:00Z');
const iso = (second: number) => new Date(START + second * 1_000).toISOString();
const payload = { type: 'string', enum: ['Approved', 'Rejected'] };
const graphNode = { kind: 'wait' as const, after: [], isConditional: false, onFailure: 'fail' as const };
const chains: ListedChain[] = [
  {
    ...{ name: 'orders', isDefault: false },
    versions: [
      {
        ...{ version: 1, fingerprint: 'f', body: {}, picture: '' },
        nodes: [{ ...graphNode, name: 'approval', event: 'OrderApprovalResult', payload }],
      },
    ],
  },
];
const task = { name: 'save', kind: 'task', state: 'out', attempts: 1, openedAt: iso(0) } as const;
const saved: RunNode = { ...task, state: 'ended', outcome: 'succeeded', endedAt: iso(2) };
const notDue: RunNode = { name: 'approval', kind: 'wait', state: 'notDue', event: 'OrderApprovalResult' };
const waiting: RunNode = { ...notDue, state: 'waiting', openedAt: iso(2), until: iso(62) };

function watching(isTTY: boolean) {
  const written: string[] = [];
  let now = START;
  const output = { isTTY, write: (text: string) => written.push(text) };
  const watch = new RunWatch({ output, runId: 'r1', chains, now: () => now });
  const look = (second: number, ...nodes: RunNode[]): void => {
    now = START + second * 1_000;
    watch.update(statusBody({ name: 'orders', nodes }));
  };
  return { written, watch, look };
}

test('a node is a line as it moves, and a wait comes with the commands that raise its event', () => {
  const { written, watch, look } = watching(false);
  look(0, task, notDue);
  look(1, task, notDue);
  look(1, { ...task, attempts: 2 }, notDue);
  look(2, saved, waiting);
  look(3, saved, waiting);
  look(4, saved, { ...waiting, state: 'ended', outcome: 'timedOut' });
  watch.end();
  expect(written.join('')).toBe(
    [
      'save      at work',
      'save      at work, try 2',
      'save      succeeded in 2.0 s',
      'approval  waits for OrderApprovalResult, 1:00 left',
      `          npm run tally -- raise r1 OrderApprovalResult '"Approved"'`,
      `          npm run tally -- raise r1 OrderApprovalResult '"Rejected"'`,
      'approval  timed out',
      '',
    ].join('\n'),
  );
});

test('in a terminal the remaining time is shown in a line that disappears when a node moves', () => {
  const { written, watch, look } = watching(true);
  look(2, saved, waiting);
  expect(written.at(-1)).toBe('\r\u001b[Kapproval waits for OrderApprovalResult, 1:00 left');
  look(32, saved, waiting);
  expect(written.at(-1)).toBe('\r\u001b[Kapproval waits for OrderApprovalResult, 0:30 left');
  look(33, saved, { ...waiting, state: 'ended', outcome: 'succeeded' });
  expect(written.slice(-2)).toEqual(['\r\u001b[K', 'approval  succeeded\n']);
  watch.end();
});

test('a rewound node that is not due again is shown', () => {
  const { written, look } = watching(false);
  look(0, task, { ...notDue, state: 'ended', outcome: 'skipped', why: 'its condition was false' });
  look(1, task, notDue);
  expect(written.slice(-2)).toEqual(['approval  skipped: its condition was false\n', 'approval  not due yet\n']);
});

test('foreign text in a node moves no cursor', () => {
  const { written, look } = watching(false);
  look(0, { ...saved, outcome: 'failed', error: { code: 'Bad', message: 'a\u001b[2Jb' } });
  expect(written).toEqual(['save  failed: Bad: a [2Jb\n']);
});

test('a run that only processes items has a bar', () => {
  const { written, watch, look } = watching(false);
  look(0, { name: 'detect', kind: 'map', state: 'open' });
  watch.end();
  expect(written).toEqual(['Running: 0 of 3 images done\n']);
});
