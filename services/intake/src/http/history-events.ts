import type { HistoryEvent } from '@tally/api';
import type { Json } from '@tally/contracts';
import type { HistoryEntry, Run } from '@tally/run-state';
import { outputOf } from './status-body.ts';

export interface HistoryView {
  readonly showInput: boolean;
  readonly showHistoryOutput: boolean;
}

/** The timeline as Durable's clients know it: `EventType` first, then the type's own fields, `Timestamp` last. */
export function historyEvents(run: Run, entries: readonly HistoryEntry[], view: HistoryView): HistoryEvent[] {
  return entries.flatMap((entry) =>
    eventsOf(run, entry, view).map(({ EventType, ...fields }) => ({
      EventType,
      ...fields,
      Timestamp: timestamp(entry.at),
    })),
  );
}

type Fields = { readonly EventType: string } & Readonly<Record<string, Json>>;

function eventsOf(run: Run, { type, detail }: HistoryEntry, view: HistoryView): Fields[] {
  const reason: Record<string, Json> = detail === undefined ? {} : { Reason: detail };
  switch (type) {
    case 'Started':
      return [
        { EventType: 'ExecutionStarted', FunctionName: run.name, ...(view.showInput ? { Input: run.input } : {}) },
      ];
    case 'Running':
      return []; // told by ExecutionStarted
    case 'Suspended':
      return [{ EventType: 'ExecutionSuspended', ...reason }];
    case 'Resumed':
      return [{ EventType: 'ExecutionResumed', ...reason }];
    case 'Rewound':
      return [{ EventType: 'ExecutionRewound', ...reason }];
    case 'Terminated':
      return [
        { EventType: 'ExecutionTerminated', ...reason },
        { EventType: 'ExecutionCompleted', OrchestrationStatus: type, ...result(detail ?? null, view) },
      ];
    case 'Completed':
      return [{ EventType: 'ExecutionCompleted', OrchestrationStatus: type, ...result(outputOf(run), view) }];
    case 'Failed':
      return [{ EventType: 'ExecutionCompleted', OrchestrationStatus: type, FailureDetails: detail ?? null }];
    default:
      return [{ EventType: type, ...(detail === undefined ? {} : { Detail: detail }) }];
  }
}

function result(value: Json, { showHistoryOutput }: HistoryView): Record<string, Json> {
  return showHistoryOutput ? { Result: value } : {};
}

/** Seven digits after the second, as .NET writes times. */
function timestamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, -1)}0000Z`;
}
