import { poisonQueueOf, queueOf, type Stage } from '@tally/chain';
import type { WorkMessage } from '@tally/contracts';
import { believedFrom } from '@tally/run-state';
import { performEffects } from '../commit/perform-effects.ts';
import { type StepContext, shardKeyOf } from '../context/context.ts';
import { keepLetter } from '../dead-letters/keep-letter.ts';
import { readPointed } from '../work/work-chunk.ts';
import { absent, admit, type Handled } from './admit.ts';

/** What the host knows of a delivery. */
export interface Delivery {
  /** The message's text, as it came. */
  readonly body: string;
  readonly messageId: string;
  readonly dequeueCount: number;
  /** When the message was put, in milliseconds since 1970; with its id it names a letter about it, however often it is delivered. Absent: the host didn't say. */
  readonly insertedAt?: number | undefined;
}

/** A poisoned message that comes again later comes no sooner than this: a backlog in front of its item's message is seldom worked off in less. */
const POISON_AGAIN_MS = 60_000;

/** What a single item's message may be in work for at most: the functions' time-out, and the host hides a message that it has taken for as long. */
const IN_WORK_MS = 600_000;

/** Keeps a message that can't be processed, with the reason (I6): nothing is logged and dropped. */
export async function keepDeadLetter<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  stage: Stage,
  from: 'queue' | 'poison-queue',
  delivery: Delivery,
  reason: string,
  about: { readonly runId?: string; readonly gen?: string; readonly items?: readonly number[] } = {},
): Promise<void> {
  const { log, now } = context;
  const { body, dequeueCount, messageId, insertedAt } = delivery;
  const sourceQueue = from === 'queue' ? queueOf(stage) : poisonQueueOf(stage);
  const letter = { stage: stage.name, at: insertedAt ?? now(), id: messageId, sourceQueue, body, reason, dequeueCount };
  await keepLetter(context, { ...letter, ...about });
  log.warn('message kept as a dead letter', { stage: stage.name, sourceQueue, messageId, reason, runId: about.runId });
}

/**
 * A work message that the host has given up. Of several items each goes on by itself, so that one bad item can't sink its neighbours; a single item that
 * has gone out by itself is a recorded failure, with a dead letter (I6). One whose item's message may still wait or be in work comes again later (I2).
 * Where the work is recorded already, the delivery does what any repeat does (I4).
 */
export async function handlePoisonedWork<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  message: WorkMessage,
  delivery: Delivery,
): Promise<Handled> {
  const { chain, committer, queues, chance, now } = context;
  const about = {
    runId: message.runId,
    gen: message.gen,
    ...(message.items !== undefined && { items: message.items }),
  };
  const admitted = await admit(context, message, 'fresh');
  if (admitted.kind === 'dropped' && (admitted.reason === 'old-epoch' || admitted.reason === 'not-running')) {
    await keepDeadLetter(
      context,
      chain.work,
      'poison-queue',
      delivery,
      `given up by the host, and ${admitted.reason}`,
      about,
    );
    return admitted;
  }
  if (admitted.kind !== 'admitted') return admitted;
  const found = await readPointed(context, message);
  if ('handled' in found) return found.handled;
  const { row } = found;
  const { maxDequeueCount, retryDelaySeconds } = chain.work.listening;
  const event = {
    type: 'poison',
    message,
    reason: `the host gave the message up after ${maxDequeueCount} deliveries`,
    waitMs: IN_WORK_MS + (maxDequeueCount - 1) * retryDelaySeconds * 1_000,
    headInsertedAt: await queues.headInsertedAt(queueOf(chain.work)),
    chance: chance(),
  } as const;
  const committed = await committer.commit(shardKeyOf(message, message.stage, message.shard), {
    run: admitted.run,
    event,
    chunks: () => [message.chunk],
    known: new Map([[message.chunk, row]]),
    fresh: true,
  });
  if (committed === 'missing') return { kind: 'dropped', reason: 'shard-missing' };
  if (committed.dropped === 'too-early') {
    const entry = committed.rows.ledger.value.open.find((claim) => claim.chunk === message.chunk);
    const delayMs = entry === undefined ? 0 : believedFrom(entry, event) - now();
    await queues.send(poisonQueueOf(chain.work), delivery.body, Math.max(POISON_AGAIN_MS, delayMs));
    return { kind: 'done' };
  }
  await performEffects(context, admitted.run, committed.effects, committed.rows);
  return { kind: 'done' };
}

/**
 * A dispatch or collect message that the host has given up: kept as a dead letter. What it asked for the watchdog does, who needs no message
 * for it (I2).
 */
export async function handlePoisonedPermit<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  stage: Stage,
  message: { readonly runId: string; readonly gen: string },
  delivery: Delivery,
): Promise<Handled> {
  const { runId, gen } = message;
  const run = await context.runs.fresh(runId);
  if (run === null) return absent(message, context.now());
  if (run.gen !== gen) return { kind: 'dropped', reason: 'other-generation' };
  const reason = `the host gave the message up after ${stage.listening.maxDequeueCount} deliveries; the watchdog takes over`;
  await keepDeadLetter(context, stage, 'poison-queue', delivery, reason, { runId, gen });
  return { kind: 'done' };
}
