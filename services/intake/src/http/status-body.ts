import type { HistoryEvent, ListedRun, RunStatusBody } from '@tally/api';
import type { Json } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import type { RunProgress, UnreadableListed } from '@tally/run-steps';

/** As the API declares them, but for the output, whose shape is the chain's business. */
export type ListedBody = Omit<ListedRun, 'output'> & { readonly output: Json };
export type StatusBody = Omit<RunStatusBody, 'output'> & { readonly output: Json };

/** What a list says of a run: the fields that Durable's clients know, in their order, and the final counts. */
export function listedRun(run: Run, showInput: boolean): ListedBody {
  const head = {
    name: run.name,
    instanceId: run.runId,
    runtimeStatus: run.status,
    input: showInput ? run.input : null,
    customStatus: run.customStatus ?? waitingFor(run),
    output: outputOf(run),
    createdTime: utcSeconds(run.createdAt),
    lastUpdatedTime: utcSeconds(run.updatedAt),
  };
  if (!('housed' in run) || run.housed === null) return head;
  return { ...head, counts: { total: run.total, pending: 0, inFlight: 0, ...run.housed } };
}

/** A run whose row can't be read, in a list: marked in what is free for it, so that Durable's clients read it like any other. */
export function unreadableRun({ runId, name, status, createdAt, updatedAt, unreadable }: UnreadableListed): ListedBody {
  const { code, message, place, column } = unreadable;
  return {
    name,
    instanceId: runId,
    runtimeStatus: status,
    input: null,
    customStatus: { code, ...place, column },
    output: { code, message },
    createdTime: utcSeconds(createdAt),
    lastUpdatedTime: utcSeconds(updatedAt),
  };
}

/** How a run stands: the known fields first, then what Tally knows beyond. */
export function statusBody(
  run: Run,
  { counts, rate, eta, storageTransactions }: RunProgress,
  historyEvents: readonly HistoryEvent[] | undefined,
  showInput: boolean,
): StatusBody {
  const { counts: _, ...head } = listedRun(run, showInput);
  const events = historyEvents === undefined ? {} : { historyEvents: [...historyEvents] };
  return { ...head, ...events, counts, window: run.window, rate, eta, storageTransactions };
}

/** A run that waits at its gate says so. */
function waitingFor(run: Run): Json {
  if (!('gate' in run) || run.gate.state !== 'waiting') return null;
  return { waitingFor: run.options.gate?.event ?? null, until: new Date(run.gate.until).toISOString() };
}

/** A completed run's result, a failed one's error, a terminated one's reason. */
function outputOf(run: Run): Json {
  switch (run.status) {
    case 'Completed':
      return run.output;
    case 'Failed':
      return { code: run.error.code, message: run.error.message };
    case 'Terminated':
      return run.reason;
    case 'Pending':
    case 'Running':
    case 'Suspended':
      return null;
  }
}

/** UTC with a precision of seconds, as Durable writes times. */
function utcSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
