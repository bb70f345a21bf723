import { type Json, messageText, type TaskMessage } from '@tally/contracts';
import { isOfClaim, type Run, roundKey, type TaskTry } from '@tally/run-state';
import type { StoredRun } from '@tally/run-store';
import { changeRun } from '../commit/change-run.ts';
import type { StepContext } from '../context/context.ts';
import { chainOf, queueOfNode, type Stage } from '../context/registry.ts';
import { servingName } from '../context/serving.ts';
import { followUp } from '../ending/follow-up.ts';
import { type Handled, judge, notOfQueue, oldOrNoRound } from '../messages/admit.ts';
import { headOf } from '../messages/message-head.ts';
import { watched } from './watched.ts';

/** What a try of a task is about. */
export interface TaskWork {
  readonly run: Run;
  readonly node: string;
  readonly since: number;
  readonly attempt: number;
  /** As it was evaluated when the node opened. */
  readonly input: Json;
  /** What the last "ask me again" left behind. */
  readonly state: Json | undefined;
}

/** Tries a task once and returns the outcome; null: the signal fired, and there is none. */
export type TryTask = (work: TaskWork, signal: AbortSignal) => Promise<TaskTry | null>;

/**
 * A delay is rounded. A message that comes up earlier than this was meant for later. It was hidden for longer
 * than a queue allows (R10), or forged to use tries up (I2). Where clocks are minutes apart, it takes one
 * more trip through the queue.
 */
const EARLY_MS = 5_000;

/**
 * One delivery of a task's message. The run row is the task's ledger, and one query reads it with the task's
 * row. One transaction writes the outcome of the try, its effect on the run, and what opens next. Then the
 * messages of what has opened are sent from here (I4), one hop a node.
 */
export async function workTask(
  context: StepContext,
  stage: Stage,
  message: TaskMessage,
  tryTask: TryTask,
): Promise<Handled> {
  const stored = await context.store.readWhole(message.runId);
  const admitted = judge(context, stored?.run ?? null, message);
  if (admitted.kind !== 'admitted' || stored === null)
    return admitted.kind === 'admitted' ? { kind: 'done' } : admitted;
  const { run } = stored;
  const chain = chainOf(context.registry, run);
  if (chain === undefined) return { kind: 'unknown-chain', run };
  if (queueOfNode(chain, message.node) !== stage.name) return notOfQueue(message, stage);
  await context.heartbeat.beat(servingName(chain, message.node, stage.name));
  const state = run.nodes[message.node];
  if (state === undefined || state.since !== message.since) return oldOrNoRound(run, message);
  const earlyMs = state.state === 'out' ? (state.notBefore ?? 0) - context.now() : 0;
  if (earlyMs > EARLY_MS) {
    // R8: its chain is known now. The time in which it was unknown must not count against the message in a
    // month.
    const { heldSince: _, ...sent } = message;
    await context.queues.send(stage.name, messageText(sent), earlyMs);
    return { kind: 'done' };
  }
  const tried = await tryIfOut(context, stored, message, tryTask);
  const changed = await changeRun(
    context,
    run.runId,
    run.generation,
    { type: 'task', message: headOf(message), tried },
    stored,
  );
  if (changed === null) return { kind: 'dropped', reason: 'other-generation' };
  await followUp(context, changed);
  return changed.refused === undefined ? { kind: 'done' } : { kind: 'dropped', reason: changed.refused };
}

/**
 * Tries what is out and has no result; null: nothing was tried, because it is done already, or another try is
 * out.
 */
async function tryIfOut(
  context: StepContext,
  { run, records }: StoredRun,
  message: TaskMessage,
  tryTask: TryTask,
): Promise<TaskTry | null> {
  const { node, since, attempt } = message;
  const state = run.nodes[node];
  const row = records.tasks.get(roundKey({ node, since }));
  if (state?.state !== 'out' || !isOfClaim(state, headOf(message)) || row === undefined || row.result !== undefined)
    return null;
  const { openedAt } = state;
  const isWanted = (current: Run) => {
    const now = current.nodes[node];
    return now !== undefined && now.since === since && now.state === 'out' && now.openedAt === openedAt;
  };
  const work = { run, node, since, attempt, input: row.input, state: row.state };
  return await watched(context, run, isWanted, (signal) => tryTask(work, signal));
}
