import { nodeNameSchema } from '@tally/contracts';
import {
  formatRanges,
  type MapPlan,
  type NodeState,
  type NodeStates,
  numbersOf,
  parseRanges,
  rangesOf,
} from '@tally/run-state';
import * as z from 'zod';
import { BOUNDS, countTo, itemCount, word } from './bounds.ts';
import { awaitedTime, isoTime } from './cells.ts';

/** How many failed items are tolerated. */
export const toleranceSchema = z.object({
  count: z.number().int().min(0).optional(),
  percentage: z.number().min(0).max(100).optional(),
});

export const failureSchema = z.object({ code: z.string(), message: z.string() });

/** A node and which of its openings, as columns. */
export const nodeRound = { node: nodeNameSchema, since: countTo(BOUNDS.epochs) };

/** Counted shards as ranges, `0-3,5`. */
const shardNumbers = z.codec(z.string(), z.array(countTo(BOUNDS.shards - 1)).readonly(), {
  decode: (text, context) => {
    try {
      return numbersOf(parseRanges(text, BOUNDS.shards));
    } catch {
      context.issues.push({ code: 'custom', message: `not ascending ranges below ${BOUNDS.shards}`, input: text });
      return z.NEVER;
    }
  },
  encode: (numbers) => formatRanges(rangesOf(numbers)),
});

const mapPlan = z
  .object({
    total: itemCount,
    shards: countTo(BOUNDS.shards),
    chunkItems: countTo(BOUNDS.chunkItems).min(1),
    window: countTo(BOUNDS.window).min(1),
    widest: countTo(BOUNDS.window).min(1).optional(),
    counted: shardNumbers,
    digest: word,
    reopened: countTo(BOUNDS.epochs),
    tolerance: toleranceSchema,
  })
  .refine(({ counted, shards }: MapPlan) => (counted.at(-1) ?? -1) < shards, {
    error: 'a shard that the map does not have',
    path: ['counted'],
  });

const round = { since: countTo(BOUNDS.epochs), openedAt: isoTime };
/** What is out: under which dispatch, since when, how often sent again, and by which message. */
const claim = { epoch: countTo(BOUNDS.epochs), at: isoTime, sends: countTo(BOUNDS.tries), by: word };
const worked = {
  endedAt: isoTime,
  attempts: countTo(BOUNDS.tries).optional(),
  map: mapPlan.optional(),
  counts: z.object({ succeeded: itemCount, failed: itemCount }).optional(),
  runId: word.optional(),
};

const nodeState: z.ZodType<NodeState> = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('out'),
    ...round,
    ...claim,
    attempt: countTo(BOUNDS.tries).min(1),
    // Only time limits how often a task asks to be called again.
    calls: countTo(BOUNDS.epochs).min(1).optional(),
    notBefore: awaitedTime.optional(),
  }),
  z.object({ state: z.literal('open'), ...round, by: word, map: mapPlan }),
  z.object({ state: z.literal('waiting'), ...round, until: awaitedTime.nullable(), by: word }),
  z.object({ state: z.literal('child'), ...round, runId: word, ...claim }),
  z.object({
    state: z.literal('ended'),
    ...round,
    outcome: z.enum(['succeeded', 'failed', 'timedOut', 'skipped']),
    error: failureSchema.optional(),
    why: z.string().optional(),
    ...worked,
  }),
  z.object({ state: z.literal('stopped'), ...round, ...worked }),
]);

/** Where the nodes of a run stand, by their names. */
export const nodeStatesSchema: z.ZodType<NodeStates> = z
  .record(nodeNameSchema, nodeState)
  .refine((nodes) => Object.keys(nodes).length <= BOUNDS.nodes, `more than ${BOUNDS.nodes} nodes`);
