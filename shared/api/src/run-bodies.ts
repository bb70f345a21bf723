import { faceSchema, facesSchema } from '@tally/chain';
import { RUN_STATUSES } from '@tally/contracts';
import { z } from 'zod';
import { wholeNumber } from './misfit-words.ts';

const count = z.int().min(0);
/** UTC with a precision of seconds, as Durable writes times. */
const utcSeconds = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  .meta({ format: 'date-time' });
/** Addresses to call as they stand, or after replacing `{eventName}` and `{text}`. */
const uri = z.string();

/** The answer to a start; names and order are those that Durable's clients know. */
export const checkStatusSchema = z
  .strictObject({
    id: z.string(),
    statusQueryGetUri: uri.describe('How the run stands.'),
    sendEventPostUri: uri.describe('Sends an event; replace `{eventName}`.'),
    terminatePostUri: uri.describe('Ends the run; replace `{text}` by the reason.'),
    rewindPostUri: uri.describe('Sends the failed items through again; replace `{text}`.'),
    purgeHistoryDeleteUri: uri.describe('Deletes all that is kept of the run.'),
    restartPostUri: uri.describe('Starts another run of the same items.'),
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
    pending: count.describe('Nobody has begun with them.'),
    inFlight: count.describe(
      'In work, or on their way to it: no more than the window. Of a suspended run they fall to none as work ends and messages come up.',
    ),
    succeeded: count,
    failed: count,
    aborted: count.describe('Will get no result: the run has ended before.'),
  })
  .describe('Items by what has become of them.');
export type Counts = z.infer<typeof countsSchema>;

const extremeSchema = z.strictObject({
  index: count,
  url: z.string(),
  happiness: z.number(),
  rectangle: faceSchema.shape.rectangle,
});

export const runOutputSchema = z
  .strictObject({
    min_val: z.number().nullable().describe('The lowest happiness of all faces; null without any face.'),
    max_val: z.number().nullable().describe('The highest.'),
    mean: z.number().nullable(),
    faces: count,
    images: z.strictObject({ total: count, succeeded: count, failed: count, noFace: count }),
    happiest: extremeSchema.nullable(),
    saddest: extremeSchema.nullable(),
    histogram: z.array(count).length(10).describe('Faces by happiness: below 0.1, below 0.2, … and 0.9 to 1.'),
    failures: z.array(
      z.strictObject({
        code: z.string(),
        count,
        example: z.strictObject({ index: count, message: z.string() }),
      }),
    ),
  })
  .describe("A completed run's result.");
export type RunOutput = z.infer<typeof runOutputSchema>;

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

const listedShape = {
  name: z.string().describe('Of the chain.'),
  instanceId: z.string(),
  runtimeStatus: z.enum(RUN_STATUSES),
  input: z.unknown().describe('What the start brought; of a large one a summary. Null with `showInput=false`.'),
  customStatus: z.unknown(),
  output: z
    .union([runOutputSchema, runErrorSchema, z.string(), z.null()])
    .describe("A completed run's result, a failed one's error, a terminated one's reason."),
  createdTime: utcSeconds,
  lastUpdatedTime: utcSeconds,
};

export const listedRunSchema = z
  .strictObject({ ...listedShape, counts: countsSchema.optional().describe('Of an ended run.') })
  .describe('A run in a list.');
export type ListedRun = z.infer<typeof listedRunSchema>;

export const runStatusSchema = z
  .strictObject({
    ...listedShape,
    historyEvents: z.array(historyEventSchema).optional(),
    counts: countsSchema,
    window: z.int().min(1).describe('Items that may be in work at once.'),
    rate: z.number().nullable().describe('Items a second; null where it is not known.'),
    eta: z
      .string()
      .meta({ format: 'date-time' })
      .nullable()
      .describe('When it may be done; null where it is not known.'),
    storageTransactions: count.nullable().describe('About how many requests to the storage account the run has taken.'),
  })
  .describe('How a run stands.');
export type RunStatusBody = z.infer<typeof runStatusSchema>;

export const itemSchema = z
  .discriminatedUnion('status', [
    z.strictObject({
      index: count,
      url: z.string(),
      status: z.literal('succeeded'),
      result: facesSchema,
      durationMs: z.number(),
    }),
    z.strictObject({
      index: count,
      url: z.string(),
      status: z.literal('failed'),
      error: runErrorSchema,
      durationMs: z.number(),
    }),
    z.strictObject({ index: count, url: z.string(), status: z.literal('aborted') }),
    z.strictObject({ index: count, url: z.string(), status: z.null() }),
  ])
  .describe(
    'An item and what has become of it; status null: no result yet. One whose row can not be read is told as failed, `RowUnreadable`, with an empty url.',
  );
export type Item = z.infer<typeof itemSchema>;

export const itemsPageSchema = z
  .strictObject({
    items: z.array(itemSchema),
    continuationToken: z.string().nullable().describe('Of the next page; null: this was the last.'),
  })
  .describe('A page of items in their order. With a filter it may be short, or empty, and still not be the last.');
export type ItemsPage = z.infer<typeof itemsPageSchema>;

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
  .describe('How many items of the run may be in work at once; never more are.');
