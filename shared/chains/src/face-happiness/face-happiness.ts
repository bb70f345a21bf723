import {
  defineChain,
  FatalError,
  facesSchema,
  fetchedUrl,
  happinessFold,
  happinessSchema,
  imageUrlSchema,
  publicUrl,
  summarizeHappiness,
} from '@tally/chain';
import { z } from 'zod';
import { APPROVAL_MAX_MS, approvalFormSchema } from './approval-form.ts';

const IMAGES_MAX = 200_000;

const approvalSchema = z.strictObject({
  /** How long the run waits, from when all images are done. */
  timeoutMs: z.number().int().min(1_000).max(APPROVAL_MAX_MS),
  /** How it ends if nobody has answered by then. */
  onTimeout: z.enum(['fail', 'complete']).default('fail'),
});

/** Yes or no, with a reason where the one who answers gives one. */
const answerSchema = z.union([z.boolean(), z.object({ approved: z.boolean(), reason: z.string().nullish() })], {
  error: 'must be true, false, or {"approved": true or false, "reason": a text or nothing}',
});

const NO_REASON = 'the awaited event said no';

/** Image URLs in, the lowest and the highest happiness of all faces out; held back, where the caller wants it, until somebody says yes. */
export const faceHappiness = defineChain({
  name: 'face-happiness',
  version: 1,
  app: 'detect',
  input: z.strictObject({
    urls: z.array(imageUrlSchema).min(1).max(IMAGES_MAX),
    approval: approvalSchema.optional(),
  }),
  startForm: {
    fields: {
      urls: z.array(imageUrlSchema.transform(fetchedUrl)).min(1, 'at least one image URL is needed'),
      approval: approvalFormSchema.optional(),
    },
    listAs: 'urls',
    words: 'a list of image URLs, or an object with "urls"',
  },
  // Sixteen messages a process at most. More of a large run would lie here while another process has nothing left: a run's default window, 64 messages, is
  // enough for four. Fewer would leave calls unused while images come one a message. Eight a fetch: an eighth of a request a chunk.
  listening: { detect: { batchSize: 8, newBatchThreshold: 8, maxPollingIntervalMs: 2_000, retryDelaySeconds: 10 } },
})
  .rootMap('detect', {
    does: 'finds the faces of every image',
    itemsOf: 'urls',
    item: imageUrlSchema,
    label: publicUrl,
    result: facesSchema,
    fold: { ...happinessFold, schema: happinessSchema },
    queue: 'detect',
    column: 'urls',
    // Three tries across messages, each with three calls inside: minutes of outage are ridden out, a dead link doesn't hold its run for long.
    retry: { attempts: 3, first: '5s', max: '5m' },
    // A minute is twice the watchdog's pass; three sends before the chunk is split, two more before its items are given up. Of a few hundred single
    // images over five minutes, each a second or two at work, one or two at the most are there when one of them takes the worker down.
    repair: { overdueMs: 60_000, usualFactor: 3, wholeSends: 3, singleSpreadFactor: 5, maxSends: 5 },
    // Thirty-two images a message is where requests an image level out. A small run is cut into forty-eight messages:
    // with more, a thousand images would take over a quarter of a request each. A large one takes a tenth with
    // forty-six, the most of which a row holds all results, a hundred faces each, beside the longest URLs; and with
    // fewer shards, of which there then are no more than chunks in work.
    sizing: {
      maxChunkItems: 32,
      large: { items: 50_000, chunkItems: 46, shardItems: 4_096 },
      ...{ spread: 48, minShardItems: 1024, maxShards: 64 },
    },
    window: 2_048,
    maxItems: IMAGES_MAX,
  })
  .wait('approval', {
    after: ['detect'],
    when: ({ run }) => run.input.approval !== undefined,
    event: 'Approval',
    payload: answerSchema,
    timeout: ({ run }) => `${run.input.approval?.timeoutMs ?? 0}ms`,
    // What a time-out means the caller has said: the output decides.
    onFailure: 'continue',
  })
  .output(({ run, detect, approval }) => {
    if (approval.status === 'failed') throw new FatalError(approval.error.code, approval.error.message);
    if (approval.status === 'timedOut' && run.input.approval?.onTimeout !== 'complete') {
      throw new FatalError('GateTimeout', 'no event "Approval" came in time');
    }
    if (approval.status === 'succeeded') {
      const { approved, reason } =
        typeof approval.output === 'boolean' ? { approved: approval.output, reason: null } : approval.output;
      if (!approved) throw new FatalError('Rejected', reason ?? NO_REASON);
    }
    return summarizeHappiness(detect.output);
  });
