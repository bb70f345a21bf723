import { poisonQueueOf } from '@tally/contracts';
import type { StepContext } from '../context/context.ts';
import type { Stage } from '../context/registry.ts';
import { type Delivery, keepDeadLetter } from './poison-message.ts';

/** A message that this process can't handle, and another may. */
export interface Held {
  readonly runId: string;
  readonly generation: string;
  /** Since when it waits, in milliseconds since 1970. */
  readonly since: number;
  /** What isn't known here, in words for a person. */
  readonly unknown: string;
  /** Its text as it goes back into its queue. */
  readonly text: string;
}

/** It comes up once a minute until an app that knows its chain takes it, or until this time is over. */
const HELD_MS = 60_000;
const HELD_MAX_MS = 7 * 86_400_000;

/**
 * R8: a deployment is under way, or was forgotten. The message waits without a throw, because it is not at
 * fault. After seven days it is a dead letter.
 */
export async function holdMessage(
  context: StepContext,
  stage: Stage,
  from: 'queue' | 'poison-queue',
  delivery: Delivery,
  { runId, generation, since, unknown, text }: Held,
): Promise<void> {
  const { queues, log, now } = context;
  if (now() - since >= HELD_MAX_MS)
    return await keepDeadLetter(context, stage, from, delivery, `unknown-chain: this app does not know ${unknown}`, {
      runId,
      generation,
    });
  const queue = from === 'queue' ? stage.name : poisonQueueOf(stage.name);
  await queues.send(queue, text, HELD_MS);
  log.warn('message put back: this app does not know its chain', { stage: stage.name, runId, chain: unknown });
}
