import type { HistoryEvent, ListedRun, RunNode, RunStatusBody, VerdictBody } from '@tally/api';
import type { ChainDefinition } from '@tally/chain';
import type { Json } from '@tally/contracts';
import { planOf, type Run, totalOf } from '@tally/run-state';
import type { NodeProgress, RunProgress, UnreadableListed } from '@tally/run-steps';
import { nodeBodies } from './node-bodies.ts';

/**
 * A run in a list: first the fields that Durable's clients know, in their order, then the version of its
 * chain and the final counts.
 */
export function listedRun(run: Run, showInput: boolean): ListedRun {
  const head = {
    name: run.name,
    instanceId: run.runId,
    runtimeStatus: run.status,
    input: showInput ? run.input : null,
    customStatus: null,
    output: outputOf(run),
    createdTime: utcSeconds(run.createdAt),
    lastUpdatedTime: utcSeconds(run.updatedAt),
    chainVersion: run.chainVersion,
  };
  if (!('finalized' in run) || run.finalized === null) return head;
  return { ...head, counts: { total: totalOf(run), pending: 0, inFlight: 0, ...run.finalized } };
}

/**
 * A run whose row can't be read, in a list. The mark is in fields with free content, so that Durable's
 * clients read it like any other.
 */
export function unreadableRun({ runId, name, status, createdAt, updatedAt, unreadable }: UnreadableListed): ListedRun {
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
    // R9: if a row can't be read completely, no part of it is believed. A deployment uses this to find the
    // runs that it would strand.
    chainVersion: null,
  };
}

/** What is known of a run beyond its row. */
export interface RunDetails {
  /** Undefined: the chain isn't known here in that version. */
  readonly chain: ChainDefinition | undefined;
  readonly nodes: readonly NodeProgress[];
  readonly progress: RunProgress;
  readonly historyEvents: readonly HistoryEvent[] | undefined;
}

/** The status of a run: the known fields first, then those that Tally adds. */
export function statusBody(
  run: Run,
  { chain, nodes, progress, historyEvents }: RunDetails,
  showInput: boolean,
): RunStatusBody {
  const { counts: _, ...head } = listedRun(run, showInput);
  const { counts, rate, eta, storageTransactions } = progress;
  const told = nodeBodies(chain, nodes);
  return {
    name: head.name,
    instanceId: head.instanceId,
    runtimeStatus: head.runtimeStatus,
    input: head.input,
    customStatus: waitingFor(run, told),
    output: head.output,
    createdTime: head.createdTime,
    lastUpdatedTime: head.lastUpdatedTime,
    ...(historyEvents !== undefined && { historyEvents: [...historyEvents] }),
    chainVersion: run.chainVersion,
    nodes: told,
    ...verdictOf(run),
    ...(chain === undefined && !('endedAt' in run) && { unserved: unservedOf(run) }),
    counts,
    window: windowOf(run),
    rate,
    eta,
    storageTransactions,
  };
}

/** Says which event a run waits for: the first one, in the order of the declaration. */
function waitingFor(run: Run, nodes: readonly RunNode[]): Json {
  const waiting = nodes.find(({ state, event }) => state === 'waiting' && event !== undefined);
  if ('endedAt' in run || waiting?.event === undefined) return null;
  return { waitingFor: waiting.event, until: waiting.until ?? null };
}

/** The end that the run will have, while its closing nodes run. */
function verdictOf(run: Run): { readonly verdict?: VerdictBody } {
  if (!('verdict' in run) || run.verdict === null) return {};
  const { verdict } = run;
  if (verdict.status === 'completed') return { verdict: { status: 'completed' } };
  const { error, node } = verdict;
  const { code, message } = error;
  return { verdict: { status: 'failed', code, message, ...(node !== undefined && { node }) } };
}

function unservedOf({ name, chainVersion }: Run): string {
  return `this app does not know chain "${name}" in version ${chainVersion}`;
}

/** The window that was set for the run, or the one of its first map. */
function windowOf({ options, nodes }: Run): number | null {
  const plans = Object.values(nodes).flatMap((state) => planOf(state) ?? []);
  return options.window ?? plans[0]?.window ?? null;
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
