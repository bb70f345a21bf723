import { lanesOf, workedNodesOf } from '@tally/chain';
import { poisonQueueOf } from '@tally/contracts';
import type { PeekedMessage } from '@tally/queues';
import type { Run } from '@tally/run-state';
import * as z from 'zod';
import type { StepContext } from '../context/context.ts';
import { aggregateStage, chainOf, intakeStage } from '../context/registry.ts';

export interface PeekedMessages {
  readonly messages: readonly (PeekedMessage & { readonly queue: string })[];
  /** False: a queue holds more than was looked at. */
  readonly isWhole: boolean;
}

/** How many messages a look at a queue brings at most. */
const PEEKED_MAX = 32;
const ofRun = z.looseObject({ runId: z.string(), gen: z.string() });

/**
 * Messages of a run among the oldest in its chain's queues and poison queues, one request each. For a chain
 * that isn't known here, only the queues of intake and aggregate are read. It is for a person who looks:
 * messages are permits (I2), and nothing depends on what is seen.
 */
export async function peekMessages({ queues, registry }: StepContext, run: Run): Promise<PeekedMessages> {
  const chain = chainOf(registry, run);
  const worked = chain === undefined ? [] : workedNodesOf(chain).flatMap((node) => lanesOf(node));
  const names = [...new Set([intakeStage.name, ...worked, aggregateStage.name])];
  const looks = await Promise.all(
    names
      .flatMap((name) => [name, poisonQueueOf(name)])
      .map(async (queue) => ({ queue, seen: await queues.peek(queue) })),
  );
  return {
    messages: looks.flatMap(({ queue, seen }) =>
      seen.filter(({ text }) => isOf(run, text)).map((message) => ({ queue, ...message })),
    ),
    isWhole: looks.every(({ seen }) => seen.length < PEEKED_MAX),
  };
}

function isOf({ runId, generation }: Run, text: string): boolean {
  try {
    const named = ofRun.safeParse(JSON.parse(text));
    return named.success && named.data.runId === runId && named.data.gen === generation;
  } catch {
    return false;
  }
}
