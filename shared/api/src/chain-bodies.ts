import { z } from 'zod';

const count = z.int().min(0);

export const stageSchema = z
  .strictObject({
    name: z.string(),
    does: z.string(),
    queue: z.string(),
    depth: count.describe('Messages in the queue, about.'),
    poisonQueue: z.string(),
    poison: count.describe('Messages in the poison queue, about.'),
    workers: count.describe('Processes seen lately.'),
  })
  .describe('A stage of the chain and its queues as they are now.');

export const chainSchema = z
  .strictObject({ name: z.string(), version: z.int(), stages: z.array(stageSchema) })
  .describe('The chain: its stages in the order of the path.');
export type ChainBody = z.infer<typeof chainSchema>;

const unreadableRowSchema = z.strictObject({
  code: z.string(),
  table: z.string(),
  partitionKey: z.string(),
  rowKey: z.string(),
  column: z.string().nullable().describe('The first that is wrong; null: the row as a whole.'),
});

export const deadLetterSchema = z
  .strictObject({
    id: z.string(),
    stage: z.string(),
    time: z.string().meta({ format: 'date-time' }),
    sourceQueue: z.string(),
    body: z.string().describe('The message as it was; empty where items were given up without one.'),
    reason: z.string(),
    dequeueCount: count,
    runId: z.string().nullable(),
    items: z.array(count).nullable().describe('Numbers of the items that it is about, where known.'),
    unreadable: unreadableRowSchema
      .optional()
      .describe('Its row can not be read: `reason` says why, and the other fields what is known. It can be deleted.'),
  })
  .describe('A message, or items, that could not be processed.');
export type DeadLetter = z.infer<typeof deadLetterSchema>;

export const deadLettersPageSchema = z
  .strictObject({
    deadLetters: z.array(deadLetterSchema),
    continuationToken: z.string().nullable().describe('Of the next page; null: this was the last.'),
  })
  .describe('A page of dead letters.');
export type DeadLettersPage = z.infer<typeof deadLettersPageSchema>;

export const redrivenSchema = z
  .strictObject({
    outcome: z
      .enum(['sent', 'rewound'])
      .describe('`sent`: the message is in its queue again. `rewound`: the run goes through its failed items again.'),
  })
  .describe('What was done about a dead letter.');

export const healthSchema = z
  .strictObject({ status: z.literal('ok'), chain: z.string(), version: z.int() })
  .describe('The service and its storage are reachable.');
