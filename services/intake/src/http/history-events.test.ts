import type { HistoryEntry, Run } from '@tally/run-state';
import { expect, test } from 'vitest';
import { historyEvents } from './history-events.ts';

const START = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const run: Run = {
  runId: 'wedding',
  gen: 'abc',
  name: 'face-happiness',
  chainVersion: 1,
  epoch: 2,
  reopenEpoch: 2,
  total: 3,
  shards: 1,
  chunkItems: 1,
  window: 64,
  counted: [0],
  options: { tolerance: {} },
  createdAt: START,
  updatedAt: START + 9_000,
  input: ['a'],
  customStatus: null,
  status: 'Completed',
  endedAt: START + 9_000,
  housed: null,
  output: { faces: 1 },
};
const entry = (seconds: number, type: string, detail?: HistoryEntry['detail']): HistoryEntry => ({
  at: START + seconds * 1_000,
  type,
  detail,
});
const counted = { shard: 0, succeeded: 2, failed: 1 };
const timeline = [
  entry(0, 'Started', { items: 3 }),
  entry(0, 'Running'),
  entry(1, 'Suspended', 'lunch'),
  entry(2, 'Resumed'),
  entry(3, 'ShardCounted', counted),
  entry(4, 'Completed'),
  entry(5, 'Rewound', 'once more'),
  entry(6, 'EventRaised', { name: 'Approval', input: true }),
  entry(7, 'WindowSet', 8),
  entry(8, 'ShardCounted', counted),
  entry(9, 'Completed'),
];
const at = (second: number) => `2026-01-02T03:04:${String(second + 5).padStart(2, '0')}.6780000Z`;

test('the timeline is told in the events that clients know, each with its fields in their order', () => {
  const events = historyEvents(run, timeline, { task: 'detect', showInput: true, showHistoryOutput: true });
  const Result = { succeeded: 2, failed: 1 };
  const task = { EventType: 'TaskCompleted', FunctionName: 'detect', Input: { shard: 0 }, Result };
  expect(JSON.stringify(events, null, 1)).toBe(
    JSON.stringify(
      [
        { EventType: 'ExecutionStarted', FunctionName: 'face-happiness', Input: ['a'], Timestamp: at(0) },
        { EventType: 'ExecutionSuspended', Reason: 'lunch', Timestamp: at(1) },
        { EventType: 'ExecutionResumed', Timestamp: at(2) },
        { ...task, ScheduledTime: at(0), Timestamp: at(3) },
        // What it was is not known any more.
        { EventType: 'ExecutionCompleted', OrchestrationStatus: 'Completed', Timestamp: at(4) },
        { EventType: 'ExecutionRewound', Reason: 'once more', Timestamp: at(5) },
        { EventType: 'EventRaised', Input: true, Name: 'Approval', Timestamp: at(6) },
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

test('tasks that have not ended show that they were scheduled: at the start, or when the run was rewound last', () => {
  const three = { ...run, shards: 3 };
  const view = { task: 'detect', showInput: true, showHistoryOutput: false };
  const tasks = (entries: readonly HistoryEntry[], shown = view) =>
    historyEvents(three, entries, shown).filter(({ EventType }) => EventType.startsWith('Task'));
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
  const events = historyEvents(run, timeline, { task: 'detect', showInput: false, showHistoryOutput: false });
  for (const event of events) {
    expect(event).not.toHaveProperty('Input');
    expect(event).not.toHaveProperty('Result');
  }
});

test('a termination is the order and the end; a failure tells its reason', () => {
  const view = { task: 'detect', showInput: true, showHistoryOutput: true };
  expect(historyEvents(run, [entry(1, 'Terminated', 'enough')], view)).toEqual([
    { EventType: 'ExecutionTerminated', Reason: 'enough', Timestamp: at(1) },
    { EventType: 'ExecutionCompleted', OrchestrationStatus: 'Terminated', Result: 'enough', Timestamp: at(1) },
  ]);
  expect(historyEvents(run, [entry(1, 'Failed', { code: 'Rejected', message: 'blurred' })], view)).toEqual([
    {
      EventType: 'ExecutionCompleted',
      FailureDetails: { ErrorType: 'Rejected', ErrorMessage: 'blurred' },
      OrchestrationStatus: 'Failed',
      Timestamp: at(1),
    },
  ]);
});

test.each(['ShardCounted', 'EventRaised', 'Failed'])(
  'a line %s whose detail is not its own keeps no other from being seen',
  (type) => {
    const entries = [entry(0, 'Started'), entry(1, type, { nonsense: 1 }), entry(2, 'Completed')];
    const events = historyEvents(run, entries, { task: 'detect', showInput: true, showHistoryOutput: true });
    expect(events).toContainEqual({ EventType: type, Detail: { nonsense: 1 }, Timestamp: at(1) });
    expect(events.at(-1)).toMatchObject({ EventType: 'ExecutionCompleted', Timestamp: at(2) });
  },
);
