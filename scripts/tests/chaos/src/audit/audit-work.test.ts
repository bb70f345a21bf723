import { describe, expect, test } from 'vitest';
import { resultOf } from '../../works/src/protocol.ts';
import type { KnownRun } from '../caller.ts';
import { graphs, REFUSED } from '../plans.ts';
import type { Effect } from '../works/recorder.ts';
import type { NodeCells, RecordedRun, TaskCells } from './account.ts';
import { auditRun } from './audit-run.ts';

const known: KnownRun = {
  plan: { chain: 'orders', id: 's1-1', troubles: [], approvalTimeout: '20m', deadlineMs: null },
  isAcknowledged: true,
  isStartUnclear: false,
  done: new Set(),
};

const keyOf = (node: string): string => `digest.g.${node}.1`;
const effectOf = (node: string, answers: Effect['answers'] = ['do']): Effect => ({
  call: { key: keyOf(node), runId: 's1-1', generation: 'g', node, attempt: 1, pid: 1, input: null },
  answers,
});
const done = ['save', 'pdf', 'video', 'ask', 'email'];
const effects = done.map((node) => effectOf(node));
const ended = (outcome: NodeCells['outcome']): NodeCells => ({ state: 'ended', since: 1, outcome });
const time = (second: number) => `2026-01-01T00:00:0${second}.000Z`;
const moved = (second: number, detail: unknown) => ({ time: time(second), type: 'NodesMoved', detail });
const succeeded = (...nodes: string[]) => nodes.map((node) => ({ node, outcome: 'succeeded' }));
const rowOf = (node: string): [string, TaskCells] => [
  `${node}.1`,
  { input: null, result: resultOf(node, keyOf(node)) },
];

const whole: RecordedRun = {
  id: 's1-1',
  run: {
    ...{ status: 'Completed', name: 'orders', gen: 'g', epoch: 1, createdTime: time(0), lastUpdatedTime: time(9) },
    nodes: {
      ...Object.fromEntries([...done, 'approval'].map((node) => [node, ended('succeeded')])),
      decline: ended('skipped'),
    },
    opened: [],
    owed: [],
    housed: { succeeded: 0, failed: 0, aborted: 0 },
    output: {
      order: 's1-1',
      saved: resultOf('save', keyOf('save')),
      decision: 'Approved',
      files: { pdf: resultOf('pdf', keyOf('pdf')), video: resultOf('video', keyOf('video')) },
      missing: [],
    },
  },
  shards: [],
  summaries: [],
  tasks: new Map(done.map(rowOf)),
  events: new Map([['OrderApprovalResult', 'Approved']]),
  timeline: [
    { time: time(0), type: 'Started' },
    { time: time(0), type: 'Running' },
    moved(0, { opened: ['save'] }),
    moved(1, { ended: succeeded('save'), opened: ['pdf', 'video'] }),
    moved(2, { ended: succeeded('pdf') }),
    moved(3, { ended: succeeded('video'), opened: ['ask'] }),
    moved(4, { ended: succeeded('ask'), opened: ['approval'] }),
    moved(5, { ended: [...succeeded('approval'), { node: 'decline', outcome: 'skipped' }], opened: ['email'] }),
    moved(6, { ended: succeeded('email') }),
    { time: time(6), type: 'Completed' },
  ],
  strays: [],
  dayRows: ['line'],
};

test('a consistent order passes', () => {
  expect(auditRun(known, whole, effects)).toEqual([]);
});

test('an order whose mail was sent by a rewind passes', () => {
  const timeline = [
    ...whole.timeline.slice(0, -2),
    moved(6, { ended: [{ node: 'email', outcome: 'failed' }], opened: ['alert'] }),
    { time: time(6), type: 'VerdictGiven' },
    moved(7, { ended: succeeded('alert') }),
    { time: time(7), type: 'Failed' },
    { time: time(8), type: 'Rewound' },
    moved(9, { ended: succeeded('email') }),
    { time: time(9), type: 'Completed' },
  ];
  const told = [...effects.slice(0, -1), effectOf('email', [{ fatal: REFUSED }, 'do']), effectOf('alert')];
  const tasks = new Map([...whole.tasks, rowOf('alert')]);
  expect(auditRun(known, { ...whole, timeline, tasks }, told)).toEqual([]);
});

const node = (name: string, change: NodeCells): RecordedRun => ({
  ...whole,
  run: { ...whole.run, nodes: { ...whole.run.nodes, [name]: change } },
});
const line = (place: number, detail: unknown): RecordedRun => ({
  ...whole,
  timeline: whole.timeline.map((old, at) => (at === place ? { ...old, detail } : old)),
});
const error = (code: string) => ({ code, message: '' });

describe('the audit finds', () => {
  test.each<[string, RecordedRun, readonly Effect[], RegExp]>([
    ['work that was never done', whole, effects.slice(1), /node save: it succeeded, but its work was never done/],
    [
      'work that was done under two keys',
      whole,
      [...effects, { ...effectOf('email'), call: { ...effectOf('email').call, key: 'other.g.email.1' } }],
      /node email: one round's work has several keys/,
    ],
    [
      'work of a round that was not opened',
      whole,
      [...effects, effectOf('alert')],
      /node alert: work was done for alert.1/,
    ],
    [
      'a result of other work',
      { ...whole, tasks: new Map([...whole.tasks, ['pdf.1', { input: null, result: resultOf('pdf', 'other') }]]) },
      effects,
      /node pdf: its result is/,
    ],
    [
      'a failure that no call was answered with',
      node('pdf', { ...ended('failed'), error: error(REFUSED) }),
      effects,
      /node pdf: it failed with Refused, and its calls were answered \["do"\]/,
    ],
    [
      'an error that was given up before its last try',
      node('pdf', { ...ended('failed'), error: error('HandlerFailed') }),
      [...effects, effectOf('pdf', ['fail', 'fail'])],
      /node pdf: it failed with HandlerFailed/,
    ],
    ['a node that is left out', node('email', { state: 'out', since: 1 }), effects, /node email is out/],
    ['both answers', node('decline', ended('succeeded')), effects, /email and decline are succeeded,succeeded/],
    [
      'an output that is not what its tasks have brought',
      { ...whole, run: { ...whole.run, output: { order: 's1-1' } } },
      effects,
      /its output is/,
    ],
    [
      'a node that is ended twice in a round',
      line(8, { ended: succeeded('email', 'save') }),
      effects,
      /node save ends as succeeded when it is good/,
    ],
    ['a node that is opened twice', line(6, { opened: ['ask'] }), effects, /node ask is opened when it is open/],
    ['an end that is not told', line(8, {}), effects, /its timeline has node email as open, but its row has good/],
    ['a node that the row has lost', node('ask', { state: 'stopped', since: 1 }), effects, /node ask is stopped/],
    ['a dead letter that it owes', { ...whole, run: { ...whole.run, owed: [{}] } }, effects, /it owes dead letters/],
    ['a run of another chain', { ...whole, run: { ...whole.run, name: 'media' } }, effects, /of the chain media/],
    ['items where there are none', { ...whole, summaries: ['pdf.1:0000'] }, effects, /it has shards, and no items/],
    ['a row of another generation', { ...whole, strays: ['task:old:save.1'] }, effects, /older generation/],
  ])('%s', (_, recorded, told, words) => {
    expect(auditRun(known, recorded, told).join('\n')).toMatch(words);
  });
});

test('the graphs of the audit are those of the chains', async () => {
  const { registry } = await import('@tally/chains');
  for (const [name, graph] of Object.entries(graphs)) {
    const chain = registry.chain(name);
    const declared = [
      ...(chain?.nodes ?? []).map(({ name: node, after, kind }) => ({ name: node, after, kind })),
      ...(chain?.closing ?? []).map(({ name: node }) => ({ name: node, after: [], kind: 'closing' })),
    ];
    expect(graph).toEqual(declared);
  }
});
