import { poisonQueueOf, queueOf, type Stage } from '@tally/chain';
import type { WorkMessage } from '@tally/contracts';
import { pendingTries, type TryOutcome } from '@tally/run-state';
import { performEffects } from '../commit/perform-effects.ts';
import { type StepContext, shardKeyOf } from '../context/context.ts';
import { readPointed, recordOutcomes } from '../work/work-chunk.ts';
import { admit, type Handled } from './admit.ts';

/** What the host knows of a delivery. */
export interface Delivery {
  /** The message's text, as it came. */
  readonly body: string;
  readonly messageId: string;
  readonly dequeueCount: number;
}

/** Keeps a message that can't be processed, with the reason (I6): nothing is logged and dropped. */
export async function keepDeadLetter<Item, Result, Folded>(
  { store, log, now }: StepContext<Item, Result, Folded>,
  stage: Stage,
  from: 'queue' | 'poison-queue',
  delivery: Delivery,
  reason: string,
  about: { readonly runId?: string; readonly gen?: string; readonly items?: readonly number[] } = {},
): Promise<void> {
  const { body, dequeueCount, messageId } = delivery;
  const sourceQueue = from === 'queue' ? queueOf(stage) : poisonQueueOf(stage);
  await store.insertDeadLetter({
    stage: stage.name,
    at: now(),
    id: messageId,
    sourceQueue,
    body,
    reason,
    dequeueCount,
    ...about,
  });
  log.warn('message kept as a dead letter', { stage: stage.name, sourceQueue, messageId, reason, runId: about.runId });
}

/**
 * A work message that the host has given up. Of several items each goes on by itself, so that one bad item can't sink its neighbours; a
 * single item is a recorded failure, with a dead letter (I6). Where the work is recorded already, the delivery does what any repeat does (I4).
 */
export async function handlePoisonedWork<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  message: WorkMessage,
  delivery: Delivery,
): Promise<Handled> {
  const { chain, committer, chance } = context;
  const about = {
    runId: message.runId,
    gen: message.gen,
    ...(message.items !== undefined && { items: message.items }),
  };
  const admitted = await admit(context, message, 'fresh');
  if (admitted.kind === 'unknown-run' || admitted.kind === 'refused') return admitted;
  if (admitted.kind === 'dropped') {
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
  const key = shardKeyOf(message, message.stage, message.shard);
  const found = await readPointed(context, message);
  if ('handled' in found) return found.handled;
  const { row } = found;
  const pending = [...pendingTries(row.value, message).keys()];
  if (pending.length > 1) {
    const event = { type: 'split', message, chance: chance() } as const;
    const known = new Map([[message.chunk, row]]);
    const committed = await committer.commit(key, {
      run: admitted.run,
      event,
      chunks: () => [message.chunk],
      known,
      fresh: true,
    });
    if (committed !== 'missing') await performEffects(context, admitted.run, committed.effects, committed.rows);
    return { kind: 'done' };
  }
  const reason = `the host gave the message up after ${chain.work.listening.maxDequeueCount} deliveries`;
  const error = { code: 'Poisoned', message: reason };
  const lost: TryOutcome<Result> = { kind: 'failed', error, durationMs: 0 };
  if (pending.length === 1)
    await keepDeadLetter(context, chain.work, 'poison-queue', delivery, reason, { ...about, items: pending });
  return await recordOutcomes(context, message, row, new Map(pending.map((index) => [index, lost])), new Map());
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
  if ((await context.runs.fresh(runId)) === null) return { kind: 'unknown-run' };
  const reason = `the host gave the message up after ${stage.listening.maxDequeueCount} deliveries; the watchdog takes over`;
  await keepDeadLetter(context, stage, 'poison-queue', delivery, reason, { runId, gen });
  return { kind: 'done' };
}
