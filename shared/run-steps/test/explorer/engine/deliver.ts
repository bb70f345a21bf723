import { type ChainDefinition, lanesOf } from '@tally/chain';
import {
  aggregateMessageSchema,
  dispatchMessageSchema,
  type Json,
  poisonQueueOf,
  taskMessageSchema,
  workMessageSchema,
} from '@tally/contracts';
import * as z from 'zod';
import {
  aggregateRun,
  aggregateStage,
  dispatchRun,
  handleMessage,
  handlePoisonedPermit,
  handlePoisonedTask,
  handlePoisonedWork,
  intakeStage,
  type Parsed,
  type StepContext,
  stagesOf,
  type TryItems,
  type TryTask,
  workChunk,
  workTask,
} from '../../../src/index.ts';
import type { Message, Ports } from '../process.ts';
import { isKiller, type Setting, tryItem, tryTask } from './setting.ts';

/** What the function of a queue does with a message, as in an app. */
export async function deliver(
  steps: StepContext,
  chains: readonly ChainDefinition[],
  setting: Setting,
  ports: Ports,
  message: Message,
): Promise<void> {
  const stage = stagesOf({ chains }).find(({ name }) => [name, poisonQueueOf(name)].includes(message.queue));
  if (stage === undefined) throw new Error(`no stage takes messages of ${message.queue}`);
  const { text, id, dequeueCount, insertedAt } = message;
  const delivery = { body: text, messageId: id, dequeueCount, insertedAt };
  const isPoison = message.queue !== stage.name;
  const from = isPoison ? 'poison-queue' : 'queue';
  const parse = <Value>(schema: z.ZodType<Value>): Parsed<Value> => ({ value: schema.parse(JSON.parse(text)) });
  if (stage.name === intakeStage.name)
    await handleMessage(steps, stage, from, delivery, parse(dispatchMessageSchema), (permit) =>
      isPoison ? handlePoisonedPermit(steps, stage, permit, delivery) : dispatchRun(steps, permit),
    );
  else if (stage.name === aggregateStage.name)
    await handleMessage(steps, stage, from, delivery, parse(aggregateMessageSchema), (permit) =>
      isPoison ? handlePoisonedPermit(steps, stage, permit, delivery) : aggregateRun(steps, permit),
    );
  else if (isMap(chains, stage.name))
    await handleMessage(steps, stage, from, delivery, parse(workMessageSchema), (work) =>
      isPoison
        ? handlePoisonedWork(steps, stage, work, delivery)
        : workChunk(steps, stage, work, itemTriesOf(ports, work.attempt)),
    );
  else
    await handleMessage(steps, stage, from, delivery, parse(taskMessageSchema), (task) =>
      isPoison
        ? handlePoisonedTask(steps, stage, task, delivery)
        : workTask(steps, stage, task, taskTriesOf(ports, setting)),
    );
}

function isMap(chains: readonly ChainDefinition[], queue: string): boolean {
  return chains.some(({ nodes }) => nodes.some((node) => node.kind === 'map' && lanesOf(node).includes(queue)));
}

function itemTriesOf(ports: Ports, attempt: number): TryItems {
  return async (items, _about, signal) => {
    await ports.work(`try ${items.map(({ index }) => index).join()}`);
    if (items.some(({ input }) => isKiller(textOf(input)))) await ports.die();
    // A call that was told to stop has no outcomes.
    return new Map(signal.aborted ? [] : items.map(({ index, input }) => [index, tryItem(textOf(input), attempt)]));
  };
}

function textOf(item: Json): string {
  return z.string().parse(item);
}

function taskTriesOf(ports: Ports, setting: Setting): TryTask {
  return async ({ run, node, attempt, input, state }, signal) => {
    await ports.work(`do ${node}`);
    const manner = setting.graph === undefined ? undefined : setting.tasks?.[node];
    if (manner === 'killer') await ports.die();
    return signal.aborted ? null : tryTask(manner, { input, attempt, epoch: run.epoch, state });
  };
}
