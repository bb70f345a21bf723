import { setTimeout as sleep } from 'node:timers/promises';
import { anyRunIdSchema, generationSchema, poisonQueueOf } from '@tally/contracts';
import * as z from 'zod';
import type { StepContext } from '../context/context.ts';
import { type Stage, stagesOf } from '../context/registry.ts';
import { keepDeadLetter } from '../messages/poison-message.ts';

/**
 * Looks in a pass, and the pause between two of them: twenty seconds of the half minute until the next pass.
 */
const LOOKS = 80;
const PAUSE_MS = 250;

/**
 * I6: keeps as dead letters what the host has given up in the poison queues too. Such a message has died
 * there as often as it may before any code of ours saw it; the Functions library may be unable to convert it,
 * for example. The host goes on to take each one for ten minutes, in vain, and releases it for at most two
 * seconds in between. So a queue that isn't empty is looked at closely. The letter is written before the
 * deletion: if this is cut short in between, the message is kept twice.
 * @returns how many letters were kept
 */
export async function keepGivenUp(
  context: StepContext,
  pause: () => Promise<void> = async () => await sleep(PAUSE_MS),
): Promise<number> {
  const kept = await Promise.all(stagesOf(context.registry).map((stage) => keepOfStage(context, stage, pause)));
  return kept.reduce((sum, count) => sum + count, 0);
}

async function keepOfStage(context: StepContext, stage: Stage, pause: () => Promise<void>): Promise<number> {
  const { queues } = context;
  const queue = poisonQueueOf(stage.name);
  let kept = 0;
  for (let look = 0; look < LOOKS && (await queues.depth(queue)) > 0; look += 1) {
    if (look > 0) await pause();
    for (const taken of await queues.takeDelivered(queue, stage.listening.maxDequeueCount)) {
      const { id, text, deliveries } = taken;
      const delivery = { body: text, messageId: id, dequeueCount: deliveries };
      const reason = `the host gave the message up in the poison queue too: the function completed none of ${deliveries} deliveries`;
      await keepDeadLetter(context, stage, 'poison-queue', delivery, reason, aboutOf(text));
      await queues.deleteTaken(queue, taken);
      kept += 1;
    }
  }
  return kept;
}

const aboutSchema = z.object({ runId: anyRunIdSchema, gen: generationSchema });

/** The run of a message, where the message is one of ours. */
function aboutOf(text: string): { readonly runId?: string; readonly generation?: string } {
  try {
    const { runId, gen: generation } = aboutSchema.parse(JSON.parse(text));
    return { runId, generation };
  } catch {
    return {};
  }
}
