import type { Json } from '@tally/contracts';
import { retryDelayMs } from '../backoff.ts';
import type { RunFailure } from '../run/run.ts';
import { taskOf } from './chain-rules.ts';
import type { Draft } from './draft.ts';
import { type NodeRound, roundKey, type TaskOut } from './node-state.ts';
import { VALUE_MAX_CHARS } from './value-limits.ts';
import { failRun } from './verdict.ts';

/** The part of a task's message that decides. */
export interface TaskHead extends NodeRound {
  readonly epoch: number;
  readonly tok: string;
  /** The try that it permits, from 1. */
  readonly attempt: number;
}

/** What one try at a task came to. */
export type TaskTry =
  | { readonly kind: 'succeeded'; readonly result: Json }
  /** Trying again would not help. */
  | { readonly kind: 'failed'; readonly error: RunFailure }
  /** Trying again may help; no sooner than after `retryAfterMs`. */
  | { readonly kind: 'retry'; readonly error: RunFailure; readonly retryAfterMs: number }
  /** Not done yet: to be asked again. Uses up no try. */
  | { readonly kind: 'again'; readonly afterMs: number; readonly state?: Json | undefined }
  /** Nothing of this run can succeed. */
  | { readonly kind: 'run-failed'; readonly error: RunFailure };

/**
 * A delivery of a task's message, with what its try came to; null: nothing was tried. The result that stands first counts (I1), whoever's try it was. An
 * older epoch, or one whose node was stopped, writes a success into its own row and changes nothing else (I7): the current message takes it for its own.
 */
export function recordTask(draft: Draft, message: TaskHead, tried: TaskTry | null, jitter: number): void {
  const { node, since } = message;
  const state = draft.state(node);
  if (state === undefined || state.since !== since) return;
  const row = draft.whole.records.tasks.get(roundKey(message));
  if (row === undefined) return;
  const isFirst = row.result === undefined && tried?.kind === 'succeeded' && fits(tried.result);
  if (state.state !== 'out' || state.epoch !== message.epoch) {
    if (isFirst && state.state !== 'ended') draft.changeTask(node, since, { result: tried.result });
    return;
  }
  if (row.result !== undefined) return draft.end(node, { outcome: 'succeeded' });
  if (tried === null) return;
  if (tried.kind === 'succeeded') return succeed(draft, message, tried.result);
  // A try that isn't the one that is out says nothing that isn't recorded.
  if (message.attempt !== state.attempt) return;
  if (tried.kind === 'run-failed') return failRun(draft, tried.error, node);
  if (tried.kind === 'failed') return draft.end(node, { outcome: 'failed', error: tried.error });
  postpone(draft, message, state, tried, jitter);
}

function succeed(draft: Draft, { node, since }: TaskHead, result: Json): void {
  if (!draft.takesUp(result)) {
    const chars = JSON.stringify(result).length;
    const message = `its result takes ${chars} characters as JSON; at most ${VALUE_MAX_CHARS}`;
    return draft.end(node, { outcome: 'failed', error: { code: 'ResultTooLarge', message } });
  }
  draft.changeTask(node, since, { result });
  draft.end(node, { outcome: 'succeeded' });
}

function fits(result: Json): boolean {
  return JSON.stringify(result).length <= VALUE_MAX_CHARS;
}

/** A retry, or a call again: the claim waits, and is this message's now (I4). */
function postpone(
  draft: Draft,
  message: TaskHead,
  state: TaskOut,
  tried: Extract<TaskTry, { kind: 'retry' | 'again' }>,
  jitter: number,
): void {
  const rules = taskOf(draft.rules, message.node);
  if (rules === undefined) return;
  const { node, since, tok } = message;
  const { now } = draft.times;
  const isRetry = tried.kind === 'retry';
  if (isRetry && state.attempt >= rules.retry.maxAttempts)
    return draft.end(node, { outcome: 'failed', error: tried.error });
  const delayMs = isRetry ? retryDelayMs(rules.retry, state.attempt, jitter, tried.retryAfterMs) : tried.afterMs;
  const late = failureOverTime(rules, state, now + delayMs);
  if (late !== null) return draft.end(node, { outcome: 'failed', error: late });
  if (!isRetry && tried.state !== undefined) {
    if (!draft.takesUp(tried.state)) {
      const error = {
        code: 'ResultTooLarge',
        message: `its state takes more than ${VALUE_MAX_CHARS} characters as JSON`,
      };
      return draft.end(node, { outcome: 'failed', error });
    }
    draft.changeTask(node, since, { state: tried.state });
  }
  const attempt = isRetry ? state.attempt + 1 : state.attempt;
  draft.setState(node, { ...state, at: now, sends: 0, by: tok, attempt, notBefore: now + delayMs });
  draft.effect({ type: 'send-task', node, since, epoch: state.epoch, tok: draft.token(), attempt, delayMs });
}

/** Whether a task may not go on at that instant, for all of its time is over then. */
export function failureOverTime(
  { withinMs }: { readonly withinMs?: number | undefined },
  { openedAt }: Pick<TaskOut, 'openedAt'>,
  at: number,
): RunFailure | null {
  if (withinMs === undefined || at <= openedAt + withinMs) return null;
  return { code: 'TimedOut', message: `not done within ${withinMs} ms, all tries and pauses together` };
}
