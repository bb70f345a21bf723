import type { HistoryEvent } from '@tally/api';
import type { Json } from '@tally/contracts';
import type { ReadEntry, Run } from '@tally/run-state';
import { failedDetail, movedDetail, raisedDetail, shardDetail } from './history-details.ts';
import type { HistoryView } from './history-view.ts';
import { type Fields, NodeEvents, timestamp } from './node-events.ts';

/**
 * The timeline in the form that Durable's clients know: `EventType` first, then the type's own fields,
 * `Timestamp` last.
 *
 * A task is scheduled when its node opens, or goes on after a rewind. A map node is a task for each of its
 * shards, a wait with an end is a timer, a child is a sub-orchestration. A node that has not ended shows that
 * it was scheduled. For an ended node only the end is shown.
 *
 * Types that Durable doesn't have keep their names. Some ends are left out, because Durable has no event for
 * them and the status shows the node: skipped nodes, and waits that have their event.
 * @param entries in the order of their time
 */
export function historyEvents(run: Run, entries: readonly ReadEntry[], view: HistoryView): HistoryEvent[] {
  const nodes = new NodeEvents(run, entries, view);
  return entries.flatMap((entry, place) => {
    const fields = eventsOf(run, entry, place, nodes, view);
    fields.push(...nodes.scheduledAt(place));
    return fields.map((event) => ({ ...event, Timestamp: timestamp(entry.at) }));
  });
}

function eventsOf(
  run: Run,
  { at, type, detail }: ReadEntry,
  place: number,
  nodes: NodeEvents,
  view: HistoryView,
): Fields[] {
  const reason = detail === undefined ? {} : { Reason: detail };
  const input = (value: Json) => (view.showInput ? { Input: value } : {});
  const result = (value: Json) => (view.showHistoryOutput ? { Result: value } : {});
  switch (type) {
    case 'Started':
      return [{ EventType: 'ExecutionStarted', FunctionName: run.name, ...input(run.input) }];
    case 'Running':
      return []; // ExecutionStarted covers this
    case 'Suspended':
    case 'Resumed':
      return [{ EventType: `Execution${type}`, ...reason }];
    case 'Rewound':
      return [{ EventType: 'ExecutionRewound', ...reason }];
    case 'NodesMoved': {
      const moved = movedDetail.safeParse(detail);
      return moved.success ? nodes.moved(place, moved.data) : [otherEvent(type, detail)];
    }
    case 'ShardCounted': {
      const counted = shardDetail.safeParse(detail);
      return counted.success ? [nodes.counted(place, counted.data)] : [otherEvent(type, detail)];
    }
    case 'EventRaised': {
      const raised = raisedDetail.safeParse(detail);
      if (!raised.success) return [otherEvent(type, detail)];
      const { name, input: value, reason: why } = raised.data;
      return [{ EventType: 'EventRaised', ...input(value), Name: name, ...(why !== undefined && { Reason: why }) }];
    }
    case 'Completed': {
      // The row has the last result. A result that a rewind has replaced is gone.
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

/**
 * An event of a type that Durable doesn't have, or with a detail that doesn't fit its type: a person has
 * changed the line's row.
 */
function otherEvent(type: string, detail: Json | undefined): Fields {
  return { EventType: type, ...(detail === undefined ? {} : { Detail: detail }) };
}
