import * as z from 'zod';
import { countsSchema } from './run-bodies.ts';

const count = z.int().min(0);

export const stageSchema = z
  .strictObject({
    name: z.string(),
    app: z.string().describe('The Functions app that listens to the queue.'),
    does: z.string(),
    queue: z.string(),
    depth: count.describe('Messages in the queue, about.'),
    poisonQueue: z.string(),
    poison: count.describe('Messages in the poison queue, about.'),
    workers: count.describe('Processes seen lately.'),
  })
  .describe('A queue of the chains with its poison queue and workers, as they are now.');

export const chainSchema = z
  .strictObject({
    name: z.string().describe('Of the chain that a start without a name runs.'),
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
    after: z.array(z.string()).describe('The nodes that it stands behind.'),
    isConditional: z.boolean().describe('A condition of its own decides whether it opens or is skipped.'),
    onFailure: z.enum(['fail', 'continue']).describe('`continue`: its failure does not fail the run.'),
    closing: z
      .enum(['whenFailed', 'always'])
      .optional()
      .describe('Of a closing node: when it opens, once the verdict of the run stands.'),
    app: z.string().optional().describe('The Functions app that does its work.'),
    queue: z.string().optional(),
    smallQueue: z.string().optional().describe('Of a map: the queue that its small runs go through.'),
    event: z.string().optional().describe('What it waits for.'),
    payload: z.looseObject({}).optional().describe('What the event may bring, as a JSON Schema.'),
    timeoutMs: count.optional().describe('Of a task: of one try. Of a wait: of it all; absent where the run decides.'),
    chain: z.string().optional().describe('The chain of its child run.'),
    chainVersion: z.int().min(1).optional(),
  })
  .describe('A node of a chain.');
export type GraphNode = z.infer<typeof graphNodeSchema>;

export const chainVersionSchema = z
  .strictObject({
    version: z.int().min(1),
    fingerprint: z.string().describe('Of its graph and its schemas: another one for another shape.'),
    body: z.looseObject({}).describe("A start's body, as a JSON Schema."),
    nodes: z.array(graphNodeSchema).describe('In the order of the declaration; closing nodes come last.'),
    picture: z.string().describe('A Mermaid flowchart.'),
  })
  .describe('A chain as one of its versions has it.');
export type ChainVersion = z.infer<typeof chainVersionSchema>;

export const listedChainSchema = z
  .strictObject({
    name: z.string(),
    isDefault: z.boolean().describe('What a start without a name runs.'),
    versions: z.array(chainVersionSchema).describe('The newest first: the one that is started.'),
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
    atWork: count.describe('Unfinished runs in which it is at work.'),
    delayed: count.describe('Messages of it that stay hidden until their time has come.'),
    waiting: count.describe('Unfinished runs in which it waits.'),
    done: count.describe('Runs in which it has succeeded.'),
    failed: count.describe('Runs in which it has not; timed out counts, too.'),
    rate: z.number().min(0).describe('Results a second, of a map items: of tasks those of the last minute.'),
    items: countsSchema
      .nullable()
      .describe('Of a map: its items in unfinished runs; null: it has none there, or there were too many to count.'),
  })
  .describe('At how many runs a node is where: of the unfinished ones, and of the newest.');

export const hopActivitySchema = z
  .strictObject({
    chain: z.string(),
    from: z.string(),
    to: z.string(),
    passed: count.describe('Runs that have gone over it.'),
    held: count.describe('Unfinished runs in which the first is through, and the second waits for others.'),
  })
  .describe('A hop between two nodes, in the same runs.');

export const stageActivitySchema = stageSchema
  .extend({
    visible: count.describe('Messages that whoever comes may take, about.'),
    hidden: count.describe('Messages that a worker holds, or that wait for their time, about.'),
    oldestVisibleTime: instant.nullable().describe('When the oldest visible message came; null: there is none.'),
    deadLetters: count.describe('At most 100 are counted.'),
  })
  .describe('A queue of the chains, and what one sees of its messages.');

export const stuckRunSchema = z
  .strictObject({
    runId: z.string(),
    chain: z.string(),
    node: z.string().nullable().describe('Null: it is about the run as a whole.'),
    code: z
      .enum(['Unserved', 'StartStalled', 'SentAgain', 'RowUnreadable'])
      .describe(
        '`Unserved`: its chain is not known here. `SentAgain`: a message of it was sent again, and nothing came of it. `StartStalled`: its start was interrupted.',
      ),
    message: z.string(),
    since: instant,
  })
  .describe('A run that does not get on, and by what one sees it.');

export const activitySchema = z
  .strictObject({
    runs: count.describe('Unfinished runs that were looked at.'),
    isWhole: z.boolean().describe('False: there is more of them, which was not.'),
    recent: count.describe('Ended runs that were looked at beside: those among the newest of all.'),
    nodes: z.array(nodeActivitySchema),
    hops: z.array(hopActivitySchema),
    stages: z.array(stageActivitySchema).describe('In the order of the path.'),
    stuck: z.array(stuckRunSchema),
  })
  .describe('What goes on.');
export type ActivityBody = z.infer<typeof activitySchema>;

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
  .strictObject({
    status: z.literal('ok'),
    chain: z.string().describe('That a start without a name runs.'),
    version: z.int(),
  })
  .describe('The service and its storage are reachable.');
