import * as z from 'zod';

// The details of lines of the timeline. Each is parsed separately, because a person may have changed a line's
// row.

export const raisedDetail = z.object({ name: z.string(), input: z.json(), reason: z.string().optional() });

export const failedDetail = z.object({ code: z.string(), message: z.string() });

/** Lines from before there were nodes name none. */
export const shardDetail = z.object({
  node: z.string().optional(),
  shard: z.number(),
  succeeded: z.number(),
  failed: z.number(),
});
export type ShardCounted = z.output<typeof shardDetail>;

const endedDetail = z.object({
  node: z.string(),
  outcome: z.enum(['succeeded', 'failed', 'timedOut', 'skipped']),
  error: failedDetail.optional(),
});
export type NodeEnded = z.output<typeof endedDetail>;

export const movedDetail = z.object({
  opened: z.array(z.string()).default([]),
  ended: z.array(endedDetail).default([]),
});
export type NodesMoved = z.output<typeof movedDetail>;
