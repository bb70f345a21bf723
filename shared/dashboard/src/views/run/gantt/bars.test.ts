import type { HistoryEvent, RunNode } from '@tally/api';
import { expect, test } from 'vitest';
import { barsOf } from './bars.ts';

const at = (second: number) => `2026-01-02T00:00:0${second}.000Z`;
const counted = (shard: number, from: number, to: number): HistoryEvent => ({
  EventType: 'TaskCompleted',
  FunctionName: 'detect',
  Input: { shard },
  ScheduledTime: at(from),
  Timestamp: at(to),
});

test('each opened node has a bar, a live one until now, and below a map its shards', () => {
  const nodes: RunNode[] = [
    { name: 'detect', kind: 'map', state: 'ended', outcome: 'succeeded', openedAt: at(0), endedAt: at(4) },
    { name: 'ask', kind: 'task', state: 'out', openedAt: at(4) },
    { name: 'mail', kind: 'task', state: 'notDue' },
  ];
  const bars = barsOf({ nodes }, [counted(0, 0, 3), counted(1, 0, 4)], Date.parse(at(9)));
  const shown = bars.map(({ label, from, to, tone, isPart }) => [label, to - from, tone, isPart]);
  expect(shown).toEqual([
    ['detect', 4_000, 'good', false],
    ['shard 0', 3_000, 'good', true],
    ['shard 1', 4_000, 'good', true],
    ['ask', 5_000, 'busy', false],
  ]);
  expect(barsOf({ nodes }, [counted(0, 0, 3)], 0).filter(({ isPart }) => isPart)).toEqual([]);
});
