import type { Json, TallyFailure } from '@tally/contracts';
import { retryDelayMs } from '../backoff.ts';
import type { RunFailure } from '../run/run.ts';
import { type ClosingRules, type TaskRules, taskOf } from './chain-rules.ts';
import type { Draft } from './draft.ts';
import { canKeep } from './keep-value.ts';
import { type NodeRound, roundKey, type TaskOut } from './node-state.ts';
import { sendNode } from './repeat-sends.ts';
import type { TaskRecord } from './run-records.ts';
import { faultIn } from './value-limits.ts';
import { failRun } from './verdict.ts';

/** The part of a task's message that decides. */
export interface TaskHead extends NodeRound {
  readonly epoch: number;
  readonly token: string;
  /** The try that it permits, from 1. */
  readonly attempt: number;
  /** How often the task had asked to be called again when it was sent; absent: never. */
  readonly calls?: number | undefined;
}

/** The outcome of one try at a task. */
export type TaskTry =
  | { readonly kind: 'succeeded'; readonly result: Json }
  /** Trying again would not help. */
  | { readonly kind: 'failed'; readonly error: RunFailure }
  /** Trying again may help, at the earliest after `retryAfterMs`. */
  | { readonly kind: 'retry'; readonly error: RunFailure; readonly retryAfterMs: number }
  /** Not done yet: to be called again. Uses up no try. */
  | { readonly kind: 'again'; readonly afterMs: number; readonly state?: Json | undefined }
  /** Nothing of this run can succeed. */
  | { readonly kind: 'run-failed'; readonly error: RunFailure };

/**
 * A delivery of a task's message, with the outcome of its try; null: nothing was tried. The result that is
 * there first counts (I1), from whichever try. A try of an older epoch, or of a stopped node, writes a
 * success into its own row and changes nothing else (I7). The current message adopts that result.
 */
export function recordTask(draft: Draft, message: TaskHead, tried: TaskTry | null, jitter: number): void {
  const { node, since } = message;
  const state = draft.state(node);
  const row = draft.whole.records.tasks.get(roundKey(message));
  if (state === undefined || state.since !== since || row === undefined) return;
  if (state.state !== 'out' || state.epoch !== message.epoch) {
    const isFirst = row.result === undefined && state.state !== 'ended';
    if (isFirst && tried?.kind === 'succeeded' && faultIn(tried.result) === null && draft.takesUp(tried.result))
      draft.changeTask(message, row, { result: tried.result });
  } else if (row.result !== undefined) draft.end(node, { outcome: 'succeeded' });
  else if (tried?.kind === 'succeeded') succeed(draft, message, row, tried.result);
  // A try other than the one that is out has nothing to record.
  else if (tried !== null && isOfClaim(state, message)) takeDefeat(draft, message, { state, row }, tried, jitter);
}

/**
 * Whether a message is the one that the claim waits for. I4: a message whose commit has put the claim where
 * it is has been recorded already. So has one of an earlier try, or of an earlier call: a plain duplicate of
 * it starts no second chain of messages.
 */
export function isOfClaim(state: TaskOut, { epoch, attempt, calls, token }: TaskHead): boolean {
  const isCalled = (calls ?? 0) === (state.calls ?? 0);
  return state.epoch === epoch && state.attempt === attempt && isCalled && state.by !== token;
}

function succeed(draft: Draft, { node, since }: TaskHead, row: TaskRecord, result: Json): void {
  if (!canKeep(draft, node, 'result', result)) return;
  draft.changeTask({ node, since }, row, { result });
  draft.end(node, { outcome: 'succeeded' });
}

/** A try of the claim's own message that brought no result. */
function takeDefeat(
  draft: Draft,
  message: TaskHead,
  { state, row }: { readonly state: TaskOut; readonly row: TaskRecord },
  tried: Exclude<TaskTry, { kind: 'succeeded' }>,
  jitter: number,
): void {
  const { node } = message;
  const rules = taskOf(draft.rules, node);
  if (rules === undefined) return;
  switch (tried.kind) {
    case 'run-failed':
      draft.fail(node, tried.error);
      // R3: no closing node changes a verdict that stands.
      if (draft.run.verdict === null) failRun(draft, tried.error, node);
      break;
    case 'failed':
      draft.fail(node, tried.error);
      break;
    case 'retry':
      if (state.attempt >= rules.retry.maxAttempts) draft.fail(node, tried.error);
      else {
        const delayMs = retryDelayMs(rules.retry, state.attempt, jitter, tried.retryAfterMs);
        postpone(draft, message, { ...state, attempt: state.attempt + 1 }, rules, delayMs);
      }
      break;
    case 'again':
      if (tried.state !== undefined && !canKeep(draft, node, 'state', tried.state)) return;
      if (postpone(draft, message, { ...state, calls: (state.calls ?? 0) + 1 }, rules, tried.afterMs))
        if (tried.state !== undefined) draft.changeTask(message, row, { state: tried.state });
  }
}

/**
 * A retry, or a further call: the claim waits, and now belongs to this message (I4).
 * @returns false where the task's time is over by then
 */
function postpone(
  draft: Draft,
  { node, token }: TaskHead,
  claim: TaskOut,
  rules: TaskRules | ClosingRules,
  delayMs: number,
): boolean {
  const { now } = draft.times;
  const late = failureOverTime(rules, claim, now + delayMs);
  if (late === null) {
    const waiting: TaskOut = { ...claim, at: now, sends: 0, by: token, notBefore: now + delayMs };
    draft.setState(node, waiting);
    sendNode(draft, node, waiting);
  } else draft.fail(node, late);
  return late === null;
}

/** Whether a task may not go on at that instant, because all of its time is over then. */
export function failureOverTime(
  { withinMs }: { readonly withinMs?: number | undefined },
  { openedAt }: Pick<TaskOut, 'openedAt'>,
  at: number,
): TallyFailure | null {
  if (withinMs === undefined || at <= openedAt + withinMs) return null;
  return { code: 'TimedOut', message: `not done within ${withinMs} ms, all tries and pauses together` };
}
