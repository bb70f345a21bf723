import { type HandlerTable, workedNodesOf } from '@tally/chain';
import { poisonQueueOf, taskMessageSchema, workMessageSchema } from '@tally/contracts';
import { type BlobPlace, blobsOf, type EventLinks, noLinks, triesOfMap, triesOfTask } from '@tally/run-handlers';
import {
  type AnyMessage,
  handlePoisonedTask,
  handlePoisonedWork,
  type Stage,
  stagesOfNode,
  type TryItems,
  type TryTask,
  workChunk,
  workTask,
} from '@tally/run-steps';
import type * as z from 'zod';
import type { ComposedApp } from '../compose-app.ts';
import { type QueueFunction, registerQueue } from '../queue-functions.ts';

/** What handlers get in addition to their work. */
export interface ServeOptions {
  /** Where files go. Absent: the app's handlers use none. */
  readonly blobs?: BlobPlace | undefined;
  /** Makes the addresses at which events are raised. Absent: the app's handlers make none. */
  readonly links?: EventLinks | undefined;
}

/**
 * Registers an app's functions from its handlers. Each queue gets two functions; the second takes what the
 * host has given up. A map has two queues.
 *
 * Versions of a chain share queues. A message goes to the handler of the version that its run began with. A
 * message of a version that isn't here is put back (R8).
 * @throws Error when a handler belongs to a node without a queue
 */
export function serve(app: ComposedApp, tables: readonly HandlerTable[], options: ServeOptions = {}): void {
  const parts = { log: app.log, blobs: blobsOf(options.blobs), links: options.links ?? noLinks };
  const queues = new Map<string, { readonly stages: readonly [Stage, ...Stage[]]; readonly kind: 'task' | 'map' }>();
  for (const { chain, handlers } of tables) {
    for (const node of workedNodesOf(chain)) {
      if (!Object.hasOwn(handlers, node.name)) continue;
      queues.set(node.queue, { stages: stagesOfNode(chain, node.name), kind: node.kind });
    }
  }
  for (const { stages, kind } of queues.values()) {
    if (kind === 'task') registerTasks(app, stages[0], triesOfTask(tables, parts));
    else registerItems(app, stages, triesOfMap(tables, parts));
  }
}

function registerTasks(app: ComposedApp, stage: Stage, tryTask: TryTask): void {
  registerBoth(app, stage, taskMessageSchema, {
    work: async (steps, message) => await workTask(steps, stage, message, tryTask),
    giveUp: async (steps, message, delivery) => await handlePoisonedTask(steps, stage, message, delivery),
  });
}

/**
 * Registers the functions of a map node's queues. The queue of small runs is read beside the other, so
 * neither waits for the other's messages.
 */
export function registerItems(app: ComposedApp, stages: readonly Stage[], tryItems: TryItems): void {
  for (const stage of stages)
    registerBoth(app, stage, workMessageSchema, {
      work: async (steps, message) => await workChunk(steps, stage, message, tryItems),
      giveUp: async (steps, message, delivery) => await handlePoisonedWork(steps, stage, message, delivery),
    });
}

interface Handlers<Message> {
  readonly work: QueueFunction<Message>['handle'];
  /** Takes a message that the host has given up. */
  readonly giveUp: QueueFunction<Message>['handle'];
}

/** Registers the function of a stage's queue, and that of its poison queue. Each has its queue's name. */
function registerBoth<Message extends AnyMessage>(
  app: ComposedApp,
  stage: Stage,
  schema: z.ZodType<Message>,
  { work, giveUp }: Handlers<Message>,
): void {
  registerQueue(app, { name: stage.name, stage, from: 'queue', schema, handle: work });
  registerQueue(app, { name: poisonQueueOf(stage.name), stage, from: 'poison-queue', schema, handle: giveUp });
}
