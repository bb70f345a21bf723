import type { HistoryEvent } from '@tally/api';
import type { Json } from '@tally/contracts';
import type { HistoryEntry, Run } from '@tally/run-state';
import { z } from 'zod';

export interface HistoryView {
  /** Name of the stage that works on the shards. */
  readonly task: string;
  readonly showInput: boolean;
  readonly showHistoryOutput: boolean;
}

type Fields = { readonly EventType: string } & Readonly<Record<string, Json>>;

/** What the details of an entry of some types are. */
const shardDetail = z.object({ shard: z.number(), succeeded: z.number(), failed: z.number() });
const raisedDetail = z.object({ name: z.string(), input: z.json() });
const failedDetail = z.object({ code: z.string(), message: z.string() });

/**
 * The timeline as Durable's clients know it: `EventType` first, then the type's own fields, `Timestamp` last.
 * A shard is a task: it was scheduled when the run was started or rewound, and completed when it was counted;
 * one that isn't counted yet shows that it was scheduled. Types that Durable doesn't have keep their names.
 * @param entries in the order of their time
 */
export function historyEvents(run: Run, entries: readonly HistoryEntry[], view: HistoryView): HistoryEvent[] {
  const begins = entries.findLastIndex(({ type }) => type === 'Rewound' || type === 'Started');
  let scheduledAt = run.createdAt;
  return entries.flatMap((entry, place) => {
    if (entry.type === 'Rewound') scheduledAt = entry.at;
    const fields = eventsOf(run, entry, scheduledAt, view);
    if (place === begins) fields.push(...unfinishedTasks(run, entries.slice(begins), view));
    return fields.map((event) => ({ ...event, Timestamp: timestamp(entry.at) }));
  });
}

/**
 * Tasks that were scheduled when the run was started, or rewound last, and haven't ended.
 * @param entries from then on
 */
function unfinishedTasks(
  { shards }: Run,
  entries: readonly HistoryEntry[],
  { task, showInput }: HistoryView,
): Fields[] {
  const counted = new Set(
    entries.flatMap(({ type, detail }) =>
      type === 'ShardCounted' ? (shardDetail.safeParse(detail).data?.shard ?? []) : [],
    ),
  );
  const unfinished = Array.from({ length: shards }, (_, shard) => shard).filter((shard) => !counted.has(shard));
  return unfinished.map((shard) => ({
    EventType: 'TaskScheduled',
    Name: task,
    ...(showInput ? { Input: { shard } } : {}),
  }));
}

function eventsOf(run: Run, { at, type, detail }: HistoryEntry, scheduledAt: number, view: HistoryView): Fields[] {
  const reason = detail === undefined ? {} : { Reason: detail };
  const input = (value: Json) => (view.showInput ? { Input: value } : {});
  const result = (value: Json) => (view.showHistoryOutput ? { Result: value } : {});
  switch (type) {
    case 'Started':
      return [{ EventType: 'ExecutionStarted', FunctionName: run.name, ...input(run.input) }];
    case 'Running':
      return []; // told by ExecutionStarted
    case 'Suspended':
    case 'Resumed':
      return [{ EventType: `Execution${type}`, ...reason }];
    case 'Rewound':
      return [{ EventType: 'ExecutionRewound', ...reason }];
    case 'ShardCounted': {
      const counted = shardDetail.safeParse(detail);
      if (!counted.success) return [otherEvent(type, detail)];
      const { shard, succeeded, failed } = counted.data;
      const task = { FunctionName: view.task, ...input({ shard }), ...result({ succeeded, failed }) };
      return [{ EventType: 'TaskCompleted', ...task, ScheduledTime: timestamp(scheduledAt) }];
    }
    case 'EventRaised': {
      const raised = raisedDetail.safeParse(detail);
      if (!raised.success) return [otherEvent(type, detail)];
      return [{ EventType: 'EventRaised', ...input(raised.data.input), Name: raised.data.name }];
    }
    case 'Completed': {
      // The row has the last result; one that a rewind has replaced is gone.
      const isLast = run.status === 'Completed' && run.endedAt === at;
      return [{ EventType: 'ExecutionCompleted', OrchestrationStatus: type, ...(isLast ? result(run.output) : {}) }];
    }
    case 'Failed': {
      const failed = failedDetail.safeParse(detail);
      if (!failed.success) return [otherEvent(type, detail)];
      const { code, message } = failed.data;
      const failure = { FailureDetails: { ErrorType: code, ErrorMessage: message } };
      return [{ EventType: 'ExecutionCompleted', ...failure, OrchestrationStatus: type }];
    }
    case 'Terminated':
      return [
        { EventType: 'ExecutionTerminated', ...reason },
        { EventType: 'ExecutionCompleted', OrchestrationStatus: type, ...result(detail ?? null) },
      ];
    default:
      return [otherEvent(type, detail)];
  }
}

/** Of a type that Durable doesn't have, or with a detail that isn't its type's: somebody has changed the line's row. */
function otherEvent(type: string, detail: Json | undefined): Fields {
  return { EventType: type, ...(detail === undefined ? {} : { Detail: detail }) };
}

/** Seven digits after the second, as .NET writes times. */
function timestamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, -1)}0000Z`;
}
