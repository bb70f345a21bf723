import { defineChain } from '@tally/chain';
import type { MapPlan, NodeState, ReadEntry, Run, RunRecords } from '@tally/run-state';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { historyEvents } from './history-events.ts';

const START = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const detect: MapPlan = {
  ...{ total: 3, shards: 1, chunkItems: 1, window: 64, counted: [0], digest: '', reopened: 2, tolerance: {} },
};
const round = { since: 1, openedAt: START };
const run: Run = {
  runId: 'wedding',
  generation: 'abc',
  name: 'face-happiness',
  chainVersion: 1,
  epoch: 2,
  nodes: { detect: { ...round, state: 'ended', outcome: 'succeeded', endedAt: START + 9_000, map: detect } },
  opened: [{ node: 'detect', since: 1, shards: 1 }],
  outbox: [],
  options: { tolerance: {} },
  createdAt: START,
  updatedAt: START + 9_000,
  input: ['a'],
  status: 'Completed',
  endedAt: START + 9_000,
  finalized: null,
  output: { faces: 1 },
};
const entry = (seconds: number, type: string, detail?: ReadEntry['detail']): ReadEntry => ({
  at: START + seconds * 1_000,
  type,
  detail,
});
const counted = { node: 'detect', shard: 0, succeeded: 2, failed: 1 };
const photos = defineChain({
  name: 'face-happiness',
  version: 1,
  app: 'a',
  input: z.object({ urls: z.array(z.string()) }),
})
  .rootMap('detect', { itemsOf: 'urls', item: z.string(), result: z.null() })
  .output(() => null).definition;
const shown = { chain: photos, showInput: true, showHistoryOutput: true };
const timeline = [
  entry(0, 'Started', { items: 3 }),
  entry(0, 'Running'),
  entry(1, 'Suspended', 'lunch'),
  entry(2, 'Resumed'),
  entry(3, 'ShardCounted', counted),
  entry(4, 'Completed'),
  entry(5, 'Rewound', 'once more'),
  entry(6, 'EventRaised', { name: 'Approval', input: true, reason: 'well done' }),
  entry(7, 'WindowSet', 8),
  entry(8, 'ShardCounted', counted),
  entry(9, 'Completed'),
];
const at = (second: number) => `2026-01-02T03:04:${String(second + 5).padStart(2, '0')}.6780000Z`;

test('the timeline consists of the events that clients know, with their fields in order', () => {
  const events = historyEvents(run, timeline, shown);
  const Result = { succeeded: 2, failed: 1 };
  const task = { EventType: 'TaskCompleted', FunctionName: 'detect', Input: { shard: 0 }, Result };
  expect(JSON.stringify(events, null, 1)).toBe(
    JSON.stringify(
      [
        { EventType: 'ExecutionStarted', FunctionName: 'face-happiness', Input: ['a'], Timestamp: at(0) },
        { EventType: 'ExecutionSuspended', Reason: 'lunch', Timestamp: at(1) },
        { EventType: 'ExecutionResumed', Timestamp: at(2) },
        { ...task, ScheduledTime: at(0), Timestamp: at(3) },
        // Its old value is no longer known.
        { EventType: 'ExecutionCompleted', OrchestrationStatus: 'Completed', Timestamp: at(4) },
        { EventType: 'ExecutionRewound', Reason: 'once more', Timestamp: at(5) },
        { EventType: 'EventRaised', Input: true, Name: 'Approval', Reason: 'well done', Timestamp: at(6) },
        { EventType: 'WindowSet', Detail: 8, Timestamp: at(7) },
        { ...task, ScheduledTime: at(5), Timestamp: at(8) },
        {
          EventType: 'ExecutionCompleted',
          OrchestrationStatus: 'Completed',
          Result: { faces: 1 },
          Timestamp: at(9),
        },
      ],
      null,
      1,
    ),
  );
});

test('unended tasks show as scheduled at the start, or at the last rewind of the run', () => {
  const open: NodeState = { ...round, state: 'open', by: 't', map: { ...detect, shards: 3 } };
  const three: Run = { ...run, nodes: { detect: open } };
  const view = { ...shown, showHistoryOutput: false };
  const tasks = (entries: readonly ReadEntry[], seen = view) =>
    historyEvents(three, entries, seen).filter(({ EventType }) => EventType.startsWith('Task'));
  const scheduled = (shard: number, second: number) => ({
    EventType: 'TaskScheduled',
    Name: 'detect',
    Input: { shard },
    Timestamp: at(second),
  });
  const begun = timeline.slice(0, 5);
  expect(JSON.stringify(tasks(begun).slice(0, 2))).toBe(JSON.stringify([scheduled(1, 0), scheduled(2, 0)]));
  expect(tasks(begun)).toHaveLength(3);
  expect(tasks(timeline.slice(0, 8))).toEqual([
    expect.objectContaining({ EventType: 'TaskCompleted', Timestamp: at(3) }),
    ...[0, 1, 2].map((shard) => scheduled(shard, 5)),
  ]);
  expect(tasks(begun, { ...view, showInput: false })[0]).toEqual({
    EventType: 'TaskScheduled',
    Name: 'detect',
    Timestamp: at(0),
  });
});

test('without showInput and showHistoryOutput no event has an Input or a Result', () => {
  const events = historyEvents(run, timeline, { ...shown, showInput: false, showHistoryOutput: false });
  for (const event of events) {
    expect(event).not.toHaveProperty('Input');
    expect(event).not.toHaveProperty('Result');
  }
});

test('a termination has a request and an end; a failure gives its reason', () => {
  expect(historyEvents(run, [entry(1, 'Terminated', 'enough')], shown)).toEqual([
    { EventType: 'ExecutionTerminated', Reason: 'enough', Timestamp: at(1) },
    { EventType: 'ExecutionCompleted', OrchestrationStatus: 'Terminated', Result: 'enough', Timestamp: at(1) },
  ]);
  expect(historyEvents(run, [entry(1, 'Failed', { code: 'Rejected', message: 'blurred' })], shown)).toEqual([
    {
      EventType: 'ExecutionCompleted',
      FailureDetails: { ErrorType: 'Rejected', ErrorMessage: 'blurred' },
      OrchestrationStatus: 'Failed',
      Timestamp: at(1),
    },
  ]);
});

test.each(['ShardCounted', 'EventRaised', 'Failed', 'NodesMoved'])(
  'an entry %s with an invalid detail hides no other entry',
  (type) => {
    const entries = [entry(0, 'Started'), entry(1, type, { opened: 1 }), entry(2, 'Completed')];
    const events = historyEvents(run, entries, shown);
    expect(events).toContainEqual({ EventType: type, Detail: { opened: 1 }, Timestamp: at(1) });
    expect(events.at(-1)).toMatchObject({ EventType: 'ExecutionCompleted', Timestamp: at(2) });
  },
);

test('an entry from before there were nodes belongs to the first map', () => {
  const { node: _, ...former } = counted;
  expect(historyEvents(run, [entry(0, 'Started'), entry(1, 'ShardCounted', former)], shown)[1]).toMatchObject({
    ...{ EventType: 'TaskCompleted', FunctionName: 'detect', Input: { shard: 0 } },
  });
});

const ok = z.object({ ok: z.literal(true) });
const order = defineChain({ name: 'order', version: 1, app: 'a', input: z.object({ n: z.number() }) })
  .task('save', { result: ok })
  .task('pdf', { after: ['save'], result: ok, onFailure: 'continue' })
  .wait('approval', { after: ['pdf'], event: 'Approved', payload: z.boolean(), timeout: '30m', onFailure: 'continue' })
  .sleep('pause', { after: ['approval'], for: '5m' })
  .child('photos', { after: ['pause'], chain: { definition: photos }, input: () => ({ urls: [] }) })
  .task('email', { after: ['photos'], when: () => true, result: ok })
  .output(() => null).definition;
const orderRun = (nodes: Run['nodes']): Run => {
  const { nodes: _, opened: __, outbox: ___, ...head } = run;
  return { ...head, name: 'order', nodes, opened: [], outbox: [] };
};
const records: RunRecords = {
  ...{ input: { n: 1 }, events: new Map() },
  tasks: new Map([
    ['save.1', { input: { n: 1 }, result: { ok: true } }],
    ['email.1', { input: { to: 'zoe' } }],
  ]),
  outputs: new Map([['photos.1', { faces: 2 }]]),
};
const error = { code: 'NoSpace', message: 'the disk is full' };
const moves = [
  entry(0, 'Started', { chain: 'order' }),
  entry(0, 'NodesMoved', { opened: ['save'] }),
  entry(1, 'NodesMoved', { ended: [{ node: 'save', outcome: 'succeeded' }], opened: ['pdf'] }),
  entry(2, 'NodesMoved', { ended: [{ node: 'pdf', outcome: 'failed', error }], opened: ['approval'] }),
  entry(3, 'NodesMoved', { ended: [{ node: 'approval', outcome: 'timedOut' }], opened: ['pause'] }),
  entry(4, 'NodesMoved', { ended: [{ node: 'pause', outcome: 'succeeded' }], opened: ['photos'] }),
  entry(5, 'NodesMoved', { ended: [{ node: 'photos', outcome: 'succeeded' }], opened: ['email'] }),
];
const since = { since: 1, openedAt: START } as const;
const ended = (outcome: 'succeeded' | 'failed' | 'timedOut'): NodeState => ({
  ...{ ...since, state: 'ended', outcome, endedAt: START },
});
const out: NodeState = { ...since, state: 'out', epoch: 1, at: START, sends: 0, by: 't', attempt: 1 };

test('tasks, timers and children are shown as in Durable, with their inputs and results', () => {
  const nodes = { save: ended('succeeded'), pdf: ended('failed'), approval: ended('timedOut'), email: out };
  const told = { ...nodes, pause: ended('succeeded'), photos: ended('succeeded') };
  const [started, ...events] = historyEvents(orderRun(told), moves, {
    ...{ chain: order, records, showInput: true, showHistoryOutput: true },
  });
  expect(started?.EventType).toBe('ExecutionStarted');
  const failure = { Reason: error.message, FailureDetails: { ErrorType: error.code, ErrorMessage: error.message } };
  expect(events).toEqual([
    {
      ...{ EventType: 'TaskCompleted', FunctionName: 'save', Input: { n: 1 }, Result: { ok: true } },
      ...{ ScheduledTime: at(0), Timestamp: at(1) },
    },
    { EventType: 'TaskFailed', FunctionName: 'pdf', ...failure, ScheduledTime: at(1), Timestamp: at(2) },
    { EventType: 'TimerFired', Name: 'approval', Timestamp: at(3) },
    { EventType: 'TimerFired', Name: 'pause', Timestamp: at(4) },
    {
      ...{ EventType: 'SubOrchestrationInstanceCompleted', FunctionName: 'face-happiness', Result: { faces: 2 } },
      ...{ ScheduledTime: at(4), Timestamp: at(5) },
    },
    { EventType: 'TaskScheduled', Name: 'email', Input: { to: 'zoe' }, Timestamp: at(5) },
  ]);
});

test('open work shows as scheduled: a timer with its time, a child with its run', () => {
  const view = { chain: order, records, showInput: false, showHistoryOutput: false };
  const waiting: NodeState = { ...since, state: 'waiting', until: START + 60_000, by: 't' };
  const until = '2026-01-02T03:05:05.6780000Z';
  expect(historyEvents(orderRun({ approval: waiting }), moves.slice(0, 4), view).at(-1)).toEqual({
    ...{ EventType: 'TimerCreated', Name: 'approval', FireAt: until, Timestamp: at(2) },
  });
  const child: NodeState = { ...out, state: 'child', runId: '@x' };
  expect(historyEvents(orderRun({ photos: child }), moves.slice(0, 6), view).at(-1)).toEqual({
    ...{ EventType: 'SubOrchestrationInstanceCreated', Name: 'face-happiness', InstanceId: '@x', Timestamp: at(4) },
  });
});

test('a task that a rewind continues was scheduled by the rewind; one that has succeeded was not', () => {
  const view = { chain: order, records, showInput: false, showHistoryOutput: true };
  const rewound = [...moves.slice(0, 4), entry(6, 'Rewound')];
  const events = historyEvents(orderRun({ save: ended('succeeded'), pdf: out }), rewound, view);
  expect(events.slice(-2)).toEqual([
    { EventType: 'ExecutionRewound', Timestamp: at(6) },
    { EventType: 'TaskScheduled', Name: 'pdf', Timestamp: at(6) },
  ]);
  expect(events).toContainEqual(expect.objectContaining({ FunctionName: 'save', Result: { ok: true } }));
});
