import { isTerminal, type Json, type RunStatus } from '@tally/contracts';
import { type NodeOutcome, type NodeState, outputOf, planOf, type RunFailure, type RunRecords } from '@tally/run-state';
import type { StoredRun } from '@tally/run-store';

/** The state of a node. `notDue`: nothing has opened it yet, or the run has ended without it. */
export type NodeStanding = 'notDue' | 'out' | 'open' | 'waiting' | 'child' | 'stopped' | NodeOutcome;

export interface NodeStatus {
  readonly state: NodeStanding;
  /** Of a node that has succeeded. */
  readonly output?: Json | undefined;
  /** Of a node that has failed. */
  readonly error?: RunFailure | undefined;
  /** Of a node that was skipped. */
  readonly why?: string | undefined;
  /** Of a task: the number of the try that is out, or of all tries. */
  readonly attempts?: number | undefined;
  /** Of a wait: when its time is over, ISO 8601. */
  readonly until?: string | undefined;
  /** Of a map. */
  readonly counts?: { readonly total: number; readonly succeeded?: number; readonly failed?: number } | undefined;
  /** Of a child: its run. */
  readonly runId?: string | undefined;
}

/** The state of a run. */
export interface TestStatus<Output, Node extends string> {
  readonly status: RunStatus;
  /** Of a completed run. */
  readonly output: Output | undefined;
  /** Of a failed run. */
  readonly error: RunFailure | undefined;
  readonly nodes: Readonly<Record<Node, NodeStatus>>;
}

/** @param names the names of all nodes of the chain */
export function statusOf({ run, records }: StoredRun, names: readonly string[]): TestStatus<Json, string> {
  return {
    status: run.status,
    output: run.status === 'Completed' ? run.output : undefined,
    error: run.status === 'Failed' ? run.error : undefined,
    nodes: Object.fromEntries(names.map((name) => [name, nodeStatus(name, run.nodes[name], records)])),
  };
}

function nodeStatus(name: string, state: NodeState | undefined, records: RunRecords): NodeStatus {
  if (state === undefined) return { state: 'notDue' };
  const plan = planOf(state);
  const counts =
    plan === undefined ? {} : { counts: { total: plan.total, ...('counts' in state ? state.counts : {}) } };
  const child = 'runId' in state && state.runId !== undefined ? { runId: state.runId } : {};
  switch (state.state) {
    case 'out':
      return { state: 'out', attempts: state.attempt };
    case 'waiting':
      return { state: 'waiting', ...(state.until !== null && { until: new Date(state.until).toISOString() }) };
    case 'open':
    case 'child':
      return { state: state.state, ...counts, ...child };
    case 'stopped':
      return { state: 'stopped', ...counts, ...child, ...given('attempts', state.attempts) };
    case 'ended':
      return {
        ...{ state: state.outcome, ...counts, ...child, ...given('attempts', state.attempts) },
        ...(state.outcome === 'succeeded' && { output: outputOf(records, name, state) }),
        ...given('error', state.error),
        ...given('why', state.why),
      };
  }
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [N in Name]?: Value };
function given(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value };
}

/** The status in a line or two, for a test that waited for something else. */
export function statusText({ status, error, nodes }: TestStatus<unknown, string>): string {
  const states = Object.entries(nodes).map(([name, node]) => {
    const why = node.error === undefined ? (node.why ?? '') : `${node.error.code}, ${node.error.message}`;
    return `${name} ${node.state}${why === '' ? '' : ` (${why})`}`;
  });
  const failure = error === undefined ? '' : `, ${error.code}: ${error.message}`;
  return `the run is ${status}${failure}; its nodes: ${states.join(', ')}`;
}

export function hasEnded({ status }: Pick<TestStatus<unknown, string>, 'status'>): boolean {
  return isTerminal(status);
}
