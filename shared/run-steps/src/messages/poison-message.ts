import { poisonQueueOf, type TaskMessage, type WorkMessage } from '@tally/contracts';
import { changeRun, UnknownChainError } from '../commit/change-run.ts';
import { keepLetter } from '../commit/keep-letter.ts';
import { performEffects } from '../commit/perform-effects.ts';
import type { StepContext } from '../context/context.ts';
import { shardKeyOf } from '../context/map-stage.ts';
import { chainOf, isLaneOf, queueOfNode, type Stage } from '../context/registry.ts';
import { absent, admitToMap, type Handled, notOfQueue } from './admit.ts';
import { headOf } from './message-head.ts';
import { readPointed } from './read-pointed.ts';

/** What the host knows of a delivery. */
export interface Delivery {
  /** The message's text as it came. */
  readonly body: string;
  readonly messageId: string;
  readonly dequeueCount: number;
  /**
   * When the message was put, in milliseconds since 1970. With the message's id it names a letter about it,
   * however often it is delivered. Absent: the host didn't say.
   */
  readonly insertedAt?: number | undefined;
}

/**
 * A poisoned message that is put back comes up no sooner than this. A backlog in front of its task's message
 * seldom clears in less.
 */
const POISON_AGAIN_MS = 60_000;

/**
 * How long a task's message may be in work at most. It is the functions' time-out, and the host hides a
 * message that it has taken for as long.
 */
const IN_WORK_MS = 600_000;

/** Keeps a message that can't be processed, with the reason (I6): no message is only logged and dropped. */
export async function keepDeadLetter(
  context: StepContext,
  stage: Stage,
  from: 'queue' | 'poison-queue',
  delivery: Delivery,
  reason: string,
  about: { readonly runId?: string; readonly generation?: string; readonly items?: readonly number[] } = {},
): Promise<void> {
  const { log, now } = context;
  const { body, dequeueCount, messageId, insertedAt } = delivery;
  const sourceQueue = from === 'queue' ? stage.name : poisonQueueOf(stage.name);
  const letter = { stage: stage.name, at: insertedAt ?? now(), id: messageId, sourceQueue, body, reason, dequeueCount };
  await keepLetter(context, { ...letter, ...about });
  log.warn('message kept as a dead letter', { stage: stage.name, sourceQueue, messageId, reason, runId: about.runId });
}

/** Why the host gave a message up, and when it has let go of it. */
function givenUp({ listening }: Stage) {
  const { maxDequeueCount, retryDelaySeconds } = listening;
  return {
    reason: `the host gave the message up after ${maxDequeueCount} deliveries`,
    waitMs: IN_WORK_MS + (maxDequeueCount - 1) * retryDelaySeconds * 1_000,
  };
}

/**
 * A work message that the host has given up. The items of a claim that was sent whole go on one by one, so
 * that one bad item can't fail its neighbours (I6). Repair decides all else; the delivery does what any
 * repeat does (I4).
 */
export async function handlePoisonedWork(
  context: StepContext,
  stage: Stage,
  message: WorkMessage,
  delivery: Delivery,
): Promise<Handled> {
  const { maps, chance } = context;
  const about = {
    runId: message.runId,
    generation: message.gen,
    ...(message.items !== undefined && { items: message.items }),
  };
  const admitted = await admitToMap(context, message, 'fresh');
  if (admitted.kind === 'dropped' && (admitted.reason === 'old-epoch' || admitted.reason === 'not-running')) {
    const reason = `given up by the host, and ${admitted.reason}`;
    await keepDeadLetter(context, stage, 'poison-queue', delivery, reason, about);
    return admitted;
  }
  if (admitted.kind !== 'admitted') return admitted;
  const { run, view } = admitted;
  const map = maps.of(run, message.node);
  if (map === undefined) return { kind: 'unknown-chain', run };
  if (!isLaneOf(map.node, stage.name)) return notOfQueue(message, stage);
  const found = await readPointed(context, map, message, view);
  if ('handled' in found) return found.handled;
  const { row } = found;
  const event = { type: 'poison', message: headOf(message), chance: chance() } as const;
  const committed = await map.committer.commit(shardKeyOf(view, message.shard), {
    run: view,
    event,
    chunks: () => [message.chunk],
    known: new Map([[message.chunk, row]]),
    fresh: true,
  });
  if (committed === 'missing') return { kind: 'dropped', reason: 'shard-missing' };
  await performEffects(context, run, committed.effects, { view, rows: committed.rows });
  return committed.dropped === undefined ? { kind: 'done' } : { kind: 'dropped', reason: committed.dropped };
}

/**
 * A task's message that the host has given up. It is a recorded failure with a dead letter (I6), once nothing
 * of the claim can be out any more (I2).
 */
export async function handlePoisonedTask(
  context: StepContext,
  stage: Stage,
  message: TaskMessage,
  delivery: Delivery,
): Promise<Handled> {
  const { registry, queues, now } = context;
  const known = await context.runs.fresh(message.runId); // I9: it may be refused
  const chain = known === null ? undefined : chainOf(registry, known);
  if (chain !== undefined && queueOfNode(chain, message.node) !== stage.name) return notOfQueue(message, stage);
  const headInsertedAt = await queues.headInsertedAt(stage.name);
  const event = { type: 'poison', message: headOf(message), ...givenUp(stage), headInsertedAt } as const;
  try {
    const changed = await changeRun(context, message.runId, message.gen, event);
    if (changed === null) return await gone(context, message);
    if (changed.refused === 'already-ended') {
      const { runId, gen: generation } = message;
      const reason = 'given up by the host, and its run has ended';
      await keepDeadLetter(context, stage, 'poison-queue', delivery, reason, { runId, generation });
      return { kind: 'dropped', reason: 'already-ended' };
    }
    if (changed.refused === 'too-early') {
      const delayMs = Math.max(POISON_AGAIN_MS, (changed.from ?? 0) - now());
      await queues.send(poisonQueueOf(stage.name), delivery.body, delayMs);
      return { kind: 'done' };
    }
    await performEffects(context, changed.run, changed.effects);
    return { kind: 'done' };
  } catch (error) {
    if (error instanceof UnknownChainError) return { kind: 'unknown-chain', run: error.run };
    throw error;
  }
}

/** Why there is no run of that generation. */
async function gone(
  { store, now }: StepContext,
  message: { readonly runId: string; readonly gen: string },
): Promise<Handled> {
  const run = await store.readRun(message.runId);
  return run === null ? absent(message, now()) : { kind: 'dropped', reason: 'other-generation' };
}

/**
 * A dispatch or aggregate message that the host has given up. It is kept as a dead letter. The watchdog does
 * what it asked for, and needs no message for it (I2).
 */
export async function handlePoisonedPermit(
  context: StepContext,
  stage: Stage,
  message: { readonly runId: string; readonly gen: string },
  delivery: Delivery,
): Promise<Handled> {
  const { runId, gen: generation } = message;
  const run = await context.runs.fresh(runId);
  if (run === null) return absent(message, context.now());
  if (run.generation !== generation) return { kind: 'dropped', reason: 'other-generation' };
  const reason = `the host gave the message up after ${stage.listening.maxDequeueCount} deliveries; the watchdog takes over`;
  await keepDeadLetter(context, stage, 'poison-queue', delivery, reason, { runId, generation });
  return { kind: 'done' };
}
