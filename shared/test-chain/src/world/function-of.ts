import { lanesOf } from '@tally/chain';
import { aggregateMessageSchema, dispatchMessageSchema, taskMessageSchema, workMessageSchema } from '@tally/contracts';
import {
  aggregateRun,
  aggregateStage,
  type Delivery,
  dispatchRun,
  handleMessage,
  handlePoisonedPermit,
  handlePoisonedTask,
  handlePoisonedWork,
  intakeStage,
  type Parsed,
  type Stage,
  type StepContext,
  type TryItems,
  type TryTask,
  workChunk,
  workTask,
} from '@tally/run-steps';
import type * as z from 'zod';

/** How the handlers of the chains under test are called. */
export interface Tries {
  readonly task: TryTask;
  readonly items: TryItems;
}

/** Which of a stage's queues. */
export type Source = 'queue' | 'poison-queue';

/** What the function of a queue does with a message. */
export async function runFunction(
  steps: StepContext,
  stage: Stage,
  from: Source,
  delivery: Delivery,
  tries: Tries,
): Promise<void> {
  const isPoison = from === 'poison-queue';
  const parse = <Message>(schema: z.ZodType<Message>): Parsed<Message> => {
    const parsed = schema.safeParse(JSON.parse(delivery.body));
    return parsed.success ? { value: parsed.data } : { reason: 'not a message of this queue' };
  };
  if (stage.name === intakeStage.name)
    await handleMessage(steps, stage, from, delivery, parse(dispatchMessageSchema), (message) =>
      isPoison ? handlePoisonedPermit(steps, stage, message, delivery) : dispatchRun(steps, message),
    );
  else if (stage.name === aggregateStage.name)
    await handleMessage(steps, stage, from, delivery, parse(aggregateMessageSchema), (message) =>
      isPoison ? handlePoisonedPermit(steps, stage, message, delivery) : aggregateRun(steps, message),
    );
  else if (isOfMap(steps, stage))
    await handleMessage(steps, stage, from, delivery, parse(workMessageSchema), (message) =>
      isPoison ? handlePoisonedWork(steps, stage, message, delivery) : workChunk(steps, stage, message, tries.items),
    );
  else
    await handleMessage(steps, stage, from, delivery, parse(taskMessageSchema), (message) =>
      isPoison ? handlePoisonedTask(steps, stage, message, delivery) : workTask(steps, stage, message, tries.task),
    );
}

function isOfMap({ registry }: StepContext, { name }: Stage): boolean {
  return registry.chains.some(({ nodes }) => nodes.some((node) => node.kind === 'map' && lanesOf(node).includes(name)));
}
