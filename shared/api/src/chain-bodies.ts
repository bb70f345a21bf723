import * as z from 'zod';
import { countsSchema } from './run-bodies.ts';

const count = z.int().min(0);

export const stageSchema = z
  .strictObject({
    name: z.string(),
    app: z.string().describe('The Functions app that listens to the queue.'),
    does: z.string(),
    queue: z.string(),
    depth: count.describe('About how many messages are in the queue.'),
    poisonQueue: z.string(),
    poison: count.describe('About how many messages are in the poison queue.'),
    workers: count.describe('Processes seen lately.'),
  })
  .describe('A queue of the chains with its poison queue and workers, as they are now.');

export const chainSchema = z
  .strictObject({
    name: z.string().describe('Of the default chain.'),
    version: z.int().describe('Its newest.'),
    stages: z.array(stageSchema),
  })
  .describe('The stages of all chains, in the order of the path.');
export type ChainBody = z.infer<typeof chainSchema>;

export const graphNodeSchema = z
  .strictObject({
    name: z.string(),
    kind: z.enum(['task', 'map', 'wait', 'child']),
    does: z.string().optional(),
    after: z.array(z.string()).describe('Its predecessors.'),
    isConditional: z.boolean().describe('Its own condition decides whether it opens or is skipped.'),
    onFailure: z.enum(['fail', 'continue']).describe('`continue`: its failure does not fail the run.'),
    closing: z.enum(['whenFailed', 'always']).optional().describe('Of a closing node: on which verdict it opens.'),
    app: z.string().optional().describe('The Functions app that does its work.'),
    queue: z.string().optional(),
    smallQueue: z.string().optional().describe('Of a map: the queue that its small runs go through.'),
    event: z.string().optional().describe('What it waits for.'),
    payload: z.looseObject({}).optional().describe('The payload of the event, as a JSON Schema.'),
    timeoutMs: count
      .optional()
      .describe('Of a task: for one try. Of a wait: for the whole wait; absent if the run decides.'),
    chain: z.string().optional().describe('The chain of its child run.'),
    chainVersion: z.int().min(1).optional(),
  })
  .describe('A node of a chain.');
export type GraphNode = z.infer<typeof graphNodeSchema>;

export const chainVersionSchema = z
  .strictObject({
    version: z.int().min(1),
    fingerprint: z.string().describe('Of its graph and its schemas: it changes with their shape.'),
    body: z.looseObject({}).describe("A start's body, as a JSON Schema."),
    nodes: z.array(graphNodeSchema).describe('In the order of the declaration; closing nodes come last.'),
    picture: z.string().describe('A Mermaid flowchart.'),
  })
  .describe('A chain as one of its versions has it.');
export type ChainVersion = z.infer<typeof chainVersionSchema>;

export const listedChainSchema = z
  .strictObject({
    name: z.string(),
    isDefault: z.boolean().describe('The chain of a start without a name.'),
    versions: z.array(chainVersionSchema).describe('Newest first; a start uses the newest.'),
  })
  .describe('A chain in the list.');
export type ListedChain = z.infer<typeof listedChainSchema>;

export const chainsSchema = z.strictObject({ chains: z.array(listedChainSchema) }).describe('The chains that can run.');
export type ChainsBody = z.infer<typeof chainsSchema>;

const instant = z.string().meta({ format: 'date-time' });

export const nodeActivitySchema = z
  .strictObject({
    chain: z.string(),
    node: z.string(),
    atWork: count.describe('Unfinished runs in which it is in work.'),
    delayed: count.describe('Its messages that are hidden until their time.'),
    waiting: count.describe('Unfinished runs in which it waits.'),
    done: count.describe('Runs in which it has succeeded.'),
    failed: count.describe('Runs in which it has failed or timed out.'),
    rate: z.number().min(0).describe('Results a second, of a map items: of tasks those of the last minute.'),
    items: countsSchema
      .nullable()
      .describe('Of a map: its items in unfinished runs; null: it has none there, or there were too many to count.'),
  })
  .describe('In how many of the unfinished and the newest runs a node is in which state.');

export const hopActivitySchema = z
  .strictObject({
    chain: z.string(),
    from: z.string(),
    to: z.string(),
    passed: count.describe('Runs that have passed it.'),
    held: count.describe('Unfinished runs in which the first node has ended and the second waits for others.'),
  })
  .describe('An edge between two nodes, in the same runs.');

export const stageActivitySchema = stageSchema
  .extend({
    visible: count.describe('About how many messages a worker can take now.'),
    hidden: count.describe('About how many messages a worker holds, or wait for their time.'),
    oldestVisibleTime: instant.nullable().describe('When the oldest visible message came; null: there is none.'),
    deadLetters: count.describe('At most 100 are counted.'),
  })
  .describe('A queue of the chains with its messages.');

export const stuckRunSchema = z
  .strictObject({
    runId: z.string(),
    chain: z.string(),
    node: z.string().nullable().describe('Null: it is about the run as a whole.'),
    code: z
      .enum(['Unserved', 'StartStalled', 'SentAgain', 'RowUnreadable'])
      .describe(
        '`Unserved`: this app does not know its chain. `SentAgain`: a message of it was sent again without a result. `StartStalled`: its start was interrupted.',
      ),
    message: z.string(),
    since: instant,
  })
  .describe('A run without progress, with the evidence.');

export const activitySchema = z
  .strictObject({
    runs: count.describe('Unfinished runs that were read.'),
    isWhole: z.boolean().describe('False: there are more of them, which were not read.'),
    recent: count.describe('Ended runs that were read besides: those among the newest.'),
    nodes: z.array(nodeActivitySchema),
    hops: z.array(hopActivitySchema),
    stages: z.array(stageActivitySchema).describe('In the order of the path.'),
    stuck: z.array(stuckRunSchema),
  })
  .describe('The current activity.');
export type ActivityBody = z.infer<typeof activitySchema>;

const unreadableRowSchema = z.strictObject({
  code: z.string(),
  table: z.string(),
  partitionKey: z.string(),
  rowKey: z.string(),
  column: z.string().nullable().describe('The first invalid column; null: the whole row.'),
});

export const deadLetterSchema = z
  .strictObject({
    id: z.string(),
    stage: z.string(),
    time: z.string().meta({ format: 'date-time' }),
    sourceQueue: z.string(),
    body: z.string().describe('The original message; empty if items were given up without one.'),
    reason: z.string(),
    dequeueCount: count,
    runId: z.string().nullable(),
    items: z.array(count).nullable().describe('Numbers of its items, if known.'),
    unreadable: unreadableRowSchema
      .optional()
      .describe(
        'Its row cannot be read: `reason` says why, and the other fields have what is known. It can be deleted.',
      ),
  })
  .describe('A message, or items, that could not be processed.');
export type DeadLetter = z.infer<typeof deadLetterSchema>;

export const deadLettersPageSchema = z
  .strictObject({
    deadLetters: z.array(deadLetterSchema),
    continuationToken: z.string().nullable().describe('For the next page; null: this was the last.'),
  })
  .describe('A page of dead letters.');
export type DeadLettersPage = z.infer<typeof deadLettersPageSchema>;

export const redrivenSchema = z
  .strictObject({
    outcome: z
      .enum(['sent', 'rewound'])
      .describe('`sent`: the message is in its queue again. `rewound`: the run tries its failed items again.'),
  })
  .describe('The result of a redrive.');

export const healthSchema = z
  .strictObject({
    status: z.literal('ok'),
    chain: z.string().describe('That a start without a name runs.'),
    version: z.int(),
  })
  .describe('The service and its storage are reachable.');
