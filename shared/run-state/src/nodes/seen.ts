import type { TallyFailure } from '@tally/contracts';
import type { Verdict } from '../run/run.ts';
import type { ChainRules, Outcome, Seen, VerdictSeen } from './chain-rules.ts';
import type { NodeState } from './node-state.ts';
import { outputOf, type WholeRun } from './run-records.ts';

/** A row beside the run row must be there and isn't. */
export class MissingOutputError extends Error {
  override readonly name = 'MissingOutputError';
}

/**
 * What a node's callbacks see: the run, and the outcomes of all that stands before it. It is a deeply frozen
 * copy. A callback that changed the original would change what is recorded, and what the next callback sees.
 * @throws MissingOutputError
 */
export function seenBy(whole: WholeRun, rules: ChainRules, after: readonly string[]): Seen {
  const before = allBefore(rules, after);
  return seenOf(
    whole,
    rules.nodes.filter(({ name }) => before.has(name)),
  );
}

/** What the output is made of: the outcomes of all nodes. @throws MissingOutputError */
export function seenInTheEnd(whole: WholeRun, rules: ChainRules): Seen {
  return seenOf(whole, rules.nodes);
}

/** What closing nodes see: the outcomes of all others, and the verdict. @throws MissingOutputError */
export function seenAtClosing(whole: WholeRun, rules: ChainRules, verdict: Verdict): Seen {
  return seenOf(whole, rules.nodes, { verdict: verdictSeen(verdict) });
}

function seenOf(whole: WholeRun, nodes: ChainRules['nodes'], more: Pick<Seen, 'verdict'> = {}): Seen {
  const outcomes = nodes.map(({ name }) => [name, outcomeOf(whole, name, whole.run.nodes[name])] as const);
  return frozen(structuredClone({ ...Object.fromEntries(outcomes), run: runSeen(whole), ...more }));
}

function frozen<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (inner !== null && typeof inner === 'object') frozen(inner);
  return Object.freeze(value);
}

function verdictSeen(verdict: Verdict): VerdictSeen {
  if (verdict.status === 'completed') return { status: 'completed' };
  const { node, error } = verdict;
  return { status: 'failed', ...(node !== undefined && { node }), ...error };
}

function allBefore(rules: ChainRules, after: readonly string[]): ReadonlySet<string> {
  const before = new Set<string>(after);
  // A node stands behind all that it names, so one pass from the end finds all.
  for (const node of rules.nodes.toReversed()) {
    if (before.has(node.name)) for (const name of node.after) before.add(name);
  }
  return before;
}

/** What closing nodes see of a node that was out when the verdict came. */
const STOPPED: TallyFailure = { code: 'Stopped', message: 'it was stopped by the verdict on the run' };

function outcomeOf(whole: WholeRun, node: string, state: NodeState | undefined): Outcome {
  // A closing node that undoes has to know what had begun.
  if (state?.state === 'stopped') return { status: 'failed', error: STOPPED };
  if (state?.state !== 'ended') return { status: 'notReached' };
  if (state.outcome === 'failed') {
    const { code, message } = state.error ?? ({ code: 'Failed', message: '' } satisfies TallyFailure);
    return { status: 'failed', error: { code, message } };
  }
  if (state.outcome !== 'succeeded') return { status: state.outcome };
  const output = outputOf(whole.records, node, state);
  if (output === undefined) throw new MissingOutputError(`the output of node "${node}" is missing`);
  return { status: 'succeeded', output };
}

function runSeen({ run, records }: WholeRun): Seen['run'] {
  return { id: run.runId, input: records.input, startedAt: new Date(run.createdAt).toISOString() };
}
