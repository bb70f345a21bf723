import { RUN_STATUSES } from '@tally/contracts';
import * as z from 'zod';
import { wholeNumber } from './misfit-words.ts';

const count = z.int().min(0);
/** UTC with a precision of seconds, as Durable writes times. */
const utcSeconds = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  .meta({ format: 'date-time' });
/** Addresses to call unchanged, or after replacing `{eventName}` and `{text}`. */
const uri = z.string();

/** The answer to a start. Durable's clients know the names and their order. */
export const checkStatusSchema = z
  .strictObject({
    id: z.string(),
    statusQueryGetUri: uri.describe('The status of the run.'),
    sendEventPostUri: uri.describe('Sends an event; replace `{eventName}`.'),
    terminatePostUri: uri.describe('Ends the run; replace `{text}` by the reason.'),
    rewindPostUri: uri.describe('Tries the failed items again; replace `{text}`.'),
    purgeHistoryDeleteUri: uri.describe('Deletes all data of the run.'),
    restartPostUri: uri.describe('Starts another run with the same items.'),
    suspendPostUri: uri.describe('Stops for a while; replace `{text}`.'),
    resumePostUri: uri.describe('Goes on; replace `{text}`.'),
    approvePostUri: uri.optional().describe('Of a run that waits for approval: says yes, without a body.'),
    rejectPostUri: uri.optional().describe('Of a run that waits for approval: says no, without a body.'),
  })
  .describe('Where to look, and what else can be done.');
export type CheckStatus = z.infer<typeof checkStatusSchema>;

export const countsSchema = z
  .strictObject({
    total: count,
    pending: count.describe('Their work has not begun.'),
    inFlight: count.describe(
      'In work, or on their way to it: no more than the window. Of a suspended run they fall to none as work ends and messages come up.',
    ),
    succeeded: count,
    failed: count,
    aborted: count.describe('Will get no result: the run has ended before.'),
  })
  .describe('Items by what has become of them.');
export type Counts = z.infer<typeof countsSchema>;

export const runErrorSchema = z
  .strictObject({ code: z.string(), message: z.string() })
  .describe('Why something has failed.');

export const historyEventSchema = z
  .looseObject({
    EventType: z.string(),
    Timestamp: z.string().meta({ format: 'date-time' }),
  })
  .describe('An event of the timeline; further fields depend on its type.');
export type HistoryEvent = z.infer<typeof historyEventSchema>;

const NODE_STATES = ['notDue', 'out', 'open', 'waiting', 'ended', 'stopped'] as const;
const NODE_OUTCOMES = ['succeeded', 'failed', 'timedOut', 'skipped'] as const;
const instant = z.string().meta({ format: 'date-time' });

export const nodeSchema = z
  .strictObject({
    name: z.string(),
    kind: z.enum(['task', 'map', 'wait', 'child']).nullable().describe('Null: this app does not know its chain.'),
    closing: z.enum(['whenFailed', 'always']).optional().describe('Of a closing node: when it opens.'),
    state: z
      .enum(NODE_STATES)
      .describe(
        '`notDue`: not opened yet, or again. `out`: a task, or a child run, is at work. `open`: a map goes through its items. ' +
          '`waiting`: for its event or its time. `stopped`: the run, or its verdict, came before it had ended.',
      ),
    outcome: z.enum(NODE_OUTCOMES).optional().describe('Of an ended one.'),
    error: runErrorSchema.optional(),
    why: z.string().optional().describe('Why it was skipped.'),
    attempts: z.int().min(1).optional().describe('Of a task: the tries so far, the one that is out included.'),
    openedAt: instant.optional(),
    endedAt: instant.optional(),
    notBefore: instant
      .optional()
      .describe('The next try, or the next call of a task that is not done yet, comes then.'),
    event: z.string().optional().describe('Of a wait: what it waits for.'),
    until: instant
      .nullable()
      .optional()
      .describe('Of a wait that is open: when it is over without its event; null: never.'),
    counts: countsSchema.optional().describe('Of a map: its items.'),
    runId: z.string().optional().describe('Of a child: its run.'),
  })
  .describe('The status of a node of a run.');
export type RunNode = z.infer<typeof nodeSchema>;

export const verdictSchema = z
  .discriminatedUnion('status', [
    z.strictObject({ status: z.literal('completed') }),
    z.strictObject({
      status: z.literal('failed'),
      code: z.string(),
      message: z.string(),
      node: z.string().optional().describe('The node that it is about, where it is about one.'),
    }),
  ])
  .describe('How the run will end once its closing nodes are through.');
export type VerdictBody = z.infer<typeof verdictSchema>;

const listedShape = {
  name: z.string().describe('Of the chain.'),
  instanceId: z.string(),
  runtimeStatus: z.enum(RUN_STATUSES),
  input: z.unknown().describe('What the start brought; of a large one a summary. Null with `showInput=false`.'),
  customStatus: z.unknown(),
  output: z
    .unknown()
    .describe(
      "A completed run's result, as its chain defines it; a failed one's error, `{code, message}`; a terminated one's reason.",
    ),
  createdTime: utcSeconds,
  lastUpdatedTime: utcSeconds,
};
const chainVersion = z.int().describe('The version of its chain that it began with, and ends under.');

export const listedRunSchema = z
  .strictObject({
    ...listedShape,
    chainVersion: chainVersion.nullable().describe('The version of its chain; null: its row cannot be read.'),
    counts: countsSchema.optional().describe('Of an ended run.'),
  })
  .describe('A run in a list.');
export type ListedRun = z.infer<typeof listedRunSchema>;

export const filesSchema = z
  .strictObject({
    files: z.array(
      z.strictObject({
        fileId: z.string().describe('Of the file, for a link to it.'),
        node: z.string().describe('What has made it.'),
        container: z.string(),
        name: z.string(),
        bytes: z.int().min(0),
      }),
    ),
  })
  .describe('The files that the nodes of a run have made. One may be gone from its place.');
export type FilesBody = z.infer<typeof filesSchema>;

export const fileLinkSchema = z
  .strictObject({
    url: z.url().describe('Lets everyone who has it read this file, and nothing else: a secret.'),
    expiresTime: z.string().meta({ format: 'date-time' }),
  })
  .describe('A link to a file, valid for a few minutes.');
export type FileLinkBody = z.infer<typeof fileLinkSchema>;

export const runCountsSchema = z
  .strictObject({
    from: instant.describe('Where the first part begins.'),
    bucketMs: z.number().min(1).describe('Length of each part, in milliseconds.'),
    counts: z.array(count).describe('Of each part, the oldest first.'),
    countedFrom: instant.describe(
      'Earlier runs are not counted: one request counts a limited number of runs, newest first.',
    ),
  })
  .describe('Runs by when they were created.');
export type RunCounts = z.infer<typeof runCountsSchema>;

export const runStatusSchema = z
  .strictObject({
    ...listedShape,
    historyEvents: z.array(historyEventSchema).optional(),
    chainVersion,
    nodes: z.array(nodeSchema).describe('In the order of the declaration; closing nodes come last.'),
    verdict: verdictSchema.optional(),
    unserved: z.string().optional().describe('Why the run makes no progress: this app does not know its chain.'),
    counts: countsSchema.describe('Items of all map nodes.'),
    window: z
      .int()
      .min(1)
      .nullable()
      .describe('How many items of a map node may be in work at once; null: none is set, and no map node has opened.'),
    rate: z.number().nullable().describe('Items a second; null where it is not known.'),
    eta: z
      .string()
      .meta({ format: 'date-time' })
      .nullable()
      .describe('When it may be done; null where it is not known.'),
    storageTransactions: count.nullable().describe('About how many requests to the storage account the run has taken.'),
  })
  .describe('The status of a run.');
export type RunStatusBody = z.infer<typeof runStatusSchema>;

/** The item itself has a field name that its chain defines, or `item`. */
const itemShape = {
  index: count,
  url: z.string().optional().describe('Of an image.'),
};

export const itemSchema = z
  .discriminatedUnion('status', [
    z.looseObject({ ...itemShape, status: z.literal('succeeded'), result: z.unknown(), durationMs: z.number() }),
    z.looseObject({ ...itemShape, status: z.literal('failed'), error: runErrorSchema, durationMs: z.number() }),
    z.looseObject({ ...itemShape, status: z.literal('aborted') }),
    z.looseObject({ ...itemShape, status: z.null() }),
  ])
  .describe(
    'An item and what has become of it; status null: no result yet. The item itself is `url` of an image, `item` of most other chains, as the ' +
      'node says. An item whose row cannot be read is listed as failed, `RowUnreadable`, with an empty url.',
  );
export type Item = z.infer<typeof itemSchema>;

export const itemsPageSchema = z
  .strictObject({
    items: z.array(itemSchema),
    continuationToken: z.string().nullable().describe('For the next page; null: this was the last.'),
  })
  .describe('A page of items in their order. With a filter it may be short, or empty, and still not be the last.');
export type ItemsPage = z.infer<typeof itemsPageSchema>;

export const rowsPageSchema = z
  .strictObject({
    rows: z.array(
      z.strictObject({
        partitionKey: z.string(),
        rowKey: z.string(),
        columns: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      }),
    ),
    continuationToken: z.string().nullable().describe('For the next page; null: this was the last.'),
  })
  .describe('A page of rows in the order of their keys.');
export type RowsPage = z.infer<typeof rowsPageSchema>;

export const peekedSchema = z
  .strictObject({
    messages: z.array(
      z.strictObject({
        queue: z.string(),
        text: z.string(),
        insertedTime: instant,
        dequeueCount: count.describe('How often it has been delivered.'),
      }),
    ),
    isWhole: z.boolean().describe('False: a queue holds more messages than were looked at.'),
  })
  .describe('Messages that were seen.');
export type PeekedBody = z.infer<typeof peekedSchema>;

export const purgedSchema = z
  .strictObject({
    instancesDeleted: count,
    isComplete: z.boolean().optional().describe('False: there may be more to delete; call again with the token.'),
    continuationToken: z
      .string()
      .optional()
      .describe('For the next call, with the same filter; absent: all are through.'),
  })
  .describe('What was deleted.');

/** Largest window of a run. */
export const WINDOW_MAX = 1_000_000;

export const windowSchema = z
  .strictObject({ window: wholeNumber(1, WINDOW_MAX) })
  .describe('How many items of each map node of the run may be in work at once; never more are.');
