import type { HistoryEvent, RunStatusBody } from '@tally/api';
import { standingOf, type Tone } from '../../../parts/tones.ts';
import { isRecord } from '../happiness.ts';

/** A period in which a node or shard was at work, or waited. */
export interface GanttBar {
  readonly id: string;
  readonly label: string;
  /** True for a part of the bar above it. */
  readonly isPart: boolean;
  readonly tone: Tone;
  readonly word: string;
  readonly from: number;
  readonly to: number;
}

/** Maximum number of shards that are drawn. */
const SHARDS_MAX = 16;

/** Builds a bar for each node that was opened. Below a map there is one for each shard in the timeline. */
export function barsOf(
  { nodes }: Pick<RunStatusBody, 'nodes'>,
  events: readonly HistoryEvent[],
  now: number,
): GanttBar[] {
  return nodes.flatMap((node): GanttBar[] => {
    const { name, openedAt, endedAt, kind } = node;
    if (openedAt === undefined) return [];
    const { tone, word } = standingOf(node);
    const bar = { id: name, label: name, isPart: false, tone, word };
    const shards = kind === 'map' ? shardsOf(name, events) : [];
    return [
      { ...bar, from: Date.parse(openedAt), to: endedAt === undefined ? now : Date.parse(endedAt) },
      ...(shards.length > 1 ? shards.slice(0, SHARDS_MAX) : []),
    ];
  });
}

function shardsOf(node: string, events: readonly HistoryEvent[]): GanttBar[] {
  return events.flatMap((event): GanttBar[] => {
    const { EventType, FunctionName, Input, ScheduledTime, Timestamp } = event;
    if (EventType !== 'TaskCompleted' || FunctionName !== node || typeof ScheduledTime !== 'string') return [];
    if (!isRecord(Input) || typeof Input['shard'] !== 'number') return [];
    const label = `shard ${Input['shard']}`;
    const times = { from: Date.parse(ScheduledTime), to: Date.parse(Timestamp) };
    return [{ id: `${node} ${label} ${Timestamp}`, label, isPart: true, tone: 'good', word: 'counted', ...times }];
  });
}
