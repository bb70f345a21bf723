import type { Json, TallyFailure } from '@tally/contracts';
import { cutRunFailure } from '../cut-words.ts';
import { failureOverDeadline } from '../run/deadline.ts';
import type { RunFailure, Verdict } from '../run/run.ts';
import type { Draft } from './draft.ts';
import { isOver, type NodeState, planOf } from './node-state.ts';
import { failureOfCallback } from './open-node.ts';
import { seenInTheEnd } from './seen.ts';
import { faultIn, VALUE_MAX_CHARS } from './value-limits.ts';

/**
 * R3: gives the verdict where one is due: a node that may not fail has failed, or all have ended. The one
 * write that gives it decides. Only terminate or a rewind changes it.
 * @returns whether one was given
 */
export function giveVerdict(draft: Draft): boolean {
  const late = failureOverDeadline(draft.run, draft.times.at);
  if (late !== null) {
    failRun(draft, late);
    return true;
  }
  const failed = draft.rules.nodes.find(({ name, onFailure }) => onFailure === 'fail' && hasFailed(draft.state(name)));
  if (failed !== undefined) {
    failRun(draft, failureOf(failed.name, draft.state(failed.name)), failed.name);
    return true;
  }
  if (!draft.rules.nodes.every(({ name }) => draft.state(name)?.state === 'ended')) return false;
  // R6: the resume makes the output, or says why there is none.
  if (draft.run.status === 'Suspended') return false;
  const seen = seenInTheEnd(draft.whole, draft.rules);
  try {
    const output = draft.rules.output(seen);
    const fault = unstorable(output);
    if (fault === null) draft.setVerdict({ status: 'completed', output });
    else failRun(draft, outputFailure(fault));
  } catch (error) {
    const { code, message } = failureOfCallback(error);
    failRun(draft, code === 'ChainFunctionFailed' ? outputFailure(message) : { code, message });
  }
  return true;
}

/** Why no row can hold a value; null: a row can. */
function unstorable(value: Json): string | null {
  const fault = faultIn(value);
  if (fault !== null) return fault;
  const { length } = JSON.stringify(value);
  return length > VALUE_MAX_CHARS ? `it takes ${length} characters as JSON; at most ${VALUE_MAX_CHARS}` : null;
}

/** The results are there, and no output can be made of them, or kept. */
export function outputFailure(reason: string): TallyFailure {
  return { code: 'OutputFailed', message: `the output could not be computed: ${reason}` };
}

function hasFailed(state: NodeState | undefined): boolean {
  return state?.state === 'ended' && (state.outcome === 'failed' || state.outcome === 'timedOut');
}

function failureOf(name: string, state: NodeState | undefined): RunFailure {
  if (state?.state === 'ended' && state.error !== undefined) return state.error;
  return { code: 'NodeTimedOut', message: `node "${name}" did not end in time` } satisfies TallyFailure;
}

/**
 * A verdict of failure. It raises the epoch, so that all that is out is of an older one, and stops every open
 * node.
 */
export function failRun(draft: Draft, failure: RunFailure, node?: string): void {
  const verdict: Verdict = { status: 'failed', error: cutRunFailure(failure), node };
  draft.run = { ...draft.run, epoch: draft.run.epoch + 1 };
  stopNodes(draft);
  draft.setVerdict(verdict);
}

/** Stops every node that is out. */
export function stopNodes(draft: Draft): void {
  for (const [name, state] of Object.entries(draft.run.nodes)) {
    if (isOver(state)) continue;
    draft.setState(name, stoppedNode(state, draft.times.at));
    if (state.state === 'child') draft.effect({ type: 'end-child', runId: state.runId });
  }
}

/** A node that was out when the run ended, or its verdict was given. */
export function stoppedNode(state: Exclude<NodeState, { state: 'ended' | 'stopped' }>, at: number): NodeState {
  const { since, openedAt } = state;
  const map = planOf(state);
  return {
    ...{ state: 'stopped', since, openedAt, endedAt: at },
    ...(state.state === 'out' && { attempts: state.attempt }),
    ...(state.state === 'child' && { runId: state.runId }),
    ...(map !== undefined && { map }),
  };
}
