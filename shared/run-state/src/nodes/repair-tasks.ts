import type { TallyFailure } from '@tally/contracts';
import { isServedSince, type QueueLook } from '../queue-look.ts';
import type { RunFailure } from '../run/run.ts';
import { type ClosingRules, type TaskRules, taskOf } from './chain-rules.ts';
import type { Draft } from './draft.ts';
import { roundKey, type TaskOut } from './node-state.ts';
import { failureOverTime, isOfClaim, type TaskHead } from './record-task.ts';
import { sendNode } from './repeat-sends.ts';
import { SLACK_MS } from './value-limits.ts';

/**
 * R10: whether a task's message has been out for too long, and no older one waits in its queue, behind which
 * it may stand.
 */
export function isTaskOverdue(
  { timeoutMs }: Pick<TaskRules, 'timeoutMs'>,
  state: TaskOut,
  { headInsertedAt }: Pick<QueueLook, 'headInsertedAt'>,
  now: number,
): boolean {
  const waitedMs = now - Math.max(state.at, state.notBefore ?? 0);
  return waitedMs > (timeoutMs + SLACK_MS) * 2 ** state.sends && (headInsertedAt === null || headInsertedAt > state.at);
}

/**
 * A watchdog's pass over the tasks that are out. An overdue task is sent again. One that keeps disappearing
 * has failed, with a dead letter in the outbox (I6). R8: only where a worker that serves the node has been
 * there since, because a message that no worker takes says nothing about the task.
 * @param looks by node
 */
export function repairTasks(draft: Draft, looks: ReadonlyMap<string, QueueLook>): void {
  for (const [node, state] of Object.entries(draft.run.nodes)) {
    const rules = taskOf(draft.rules, node);
    const look = looks.get(node);
    if (state.state !== 'out' || rules === undefined || look === undefined) continue;
    repairTask(draft, node, state, rules, look);
  }
}

function repairTask(
  draft: Draft,
  node: string,
  state: TaskOut,
  rules: TaskRules | ClosingRules,
  look: QueueLook,
): void {
  const { now } = draft.times;
  const { since } = state;
  // I7: a late result of an older epoch stands.
  if (draft.whole.records.tasks.get(roundKey({ node, since }))?.result !== undefined) {
    draft.end(node, { outcome: 'succeeded' });
    return;
  }
  const late = failureOverTime(rules, state, now);
  if (late !== null) draft.fail(node, late);
  else if (isTaskOverdue(rules, state, look, now)) sendAgain(draft, node, state, rules, look);
}

function sendAgain(
  draft: Draft,
  node: string,
  state: TaskOut,
  { repair }: TaskRules | ClosingRules,
  look: QueueLook,
): void {
  const isSpent = state.sends >= repair.maxSends;
  if (isSpent && isServedSince(look, state.at)) {
    const reason = `no worker recorded a result after ${state.sends + 1} sends`;
    giveUp(draft, { node, since: state.since }, poisoned(reason));
    return;
  }
  const { notBefore: _, ...known } = state;
  const claim: TaskOut = { ...known, at: draft.times.now, sends: state.sends + (isSpent ? 0 : 1), by: draft.by };
  draft.setState(node, claim);
  sendNode(draft, node, claim);
}

export interface PoisonedTask {
  readonly message: TaskHead;
  readonly reason: string;
  /** How long after it can have taken the message the host has let go of it, in milliseconds. */
  readonly waitMs: number;
  readonly headInsertedAt: number | null;
}

/**
 * A message that the host has given up. I2: anyone can put one into the queue. So it is believed only where
 * no message of the claim can still wait in the queue, or be in work since it came up.
 * @returns when it can be believed, where that is later, in milliseconds since 1970
 */
export function poisonTask(draft: Draft, { message, reason, waitMs, headInsertedAt }: PoisonedTask): number | null {
  const { node, since } = message;
  const state = draft.state(node);
  if (state?.state !== 'out' || state.since !== since || !isOfClaim(state, message)) return null;
  if (draft.whole.records.tasks.get(roundKey(message))?.result !== undefined) {
    draft.end(node, { outcome: 'succeeded' });
    return null;
  }
  const from = Math.max(state.at, state.notBefore ?? 0) + waitMs;
  const isBelieved = draft.times.now >= from && (headInsertedAt === null || headInsertedAt > from);
  if (!isBelieved) return from;
  giveUp(draft, { node, since }, poisoned(reason));
  return null;
}

function poisoned(reason: string): TallyFailure {
  return { code: 'Poisoned', message: reason };
}

function giveUp(draft: Draft, round: { node: string; since: number }, error: RunFailure): void {
  draft.fail(round.node, error);
  draft.addToOutbox({ ...round, at: draft.times.at, reason: error.message });
}
