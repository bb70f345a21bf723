import { defineChain, FatalError } from '@tally/chain';
import * as z from 'zod';
import { APPROVAL_MAX_MS, approvalFormSchema } from './approval-form.ts';
import { facesSchema, happinessFold, happinessSchema, summarizeHappiness } from './happiness.ts';
import { fetchedUrl, imageUrlSchema, publicUrl } from './image-url.ts';

const IMAGES_MAX = 200_000;

const approvalSchema = z.strictObject({
  /** How long the run waits, counted from when all images are done. */
  timeoutMs: z.number().int().min(1_000).max(APPROVAL_MAX_MS),
  /** How the run ends if no answer has come by then. */
  onTimeout: z.enum(['fail', 'complete']).default('fail'),
});

/** Yes or no, with a reason if the person who answers gives one. */
const answerSchema = z.union([z.boolean(), z.object({ approved: z.boolean(), reason: z.string().nullish() })], {
  error: 'must be true, false, or {"approved": true or false, "reason": a text or nothing}',
});

const NO_REASON = 'the awaited event said no';

/**
 * Takes image URLs and gives the lowest and the highest happiness of all faces. If the caller wants it, the
 * result waits for a person's approval.
 */
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
  // At most sixteen messages a process. A run's default window, 64 messages, is enough for four processes.
  // With more, a large run's messages would wait here while another process has nothing to do. With fewer,
  // calls would be unused while images come one a message. Eight a fetch cost an eighth of a request per
  // chunk.
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
    // Three tries across messages, each with three calls inside. This survives minutes of outage, and a dead
    // link doesn't hold up its run for long.
    retry: { attempts: 3, first: '5s', max: '5m' },
    // One minute is twice the watchdog's pass. Three sends happen before the chunk is split, and two more
    // before its items are given up. A few hundred single images are spread over five minutes, each a second
    // or two in work. So at most one or two are in a worker when one of them takes it down.
    repair: { overdueMs: 60_000, usualFactor: 3, wholeSends: 3, singleSpreadFactor: 5, maxSends: 5 },
    // At thirty-two images a message the requests per image level out. A small run is cut into forty-eight
    // messages. With more, a thousand images would take over a quarter of a request each. A large run has
    // forty-six images a message. That is the most for which a row holds all results, a hundred faces each,
    // beside the longest URLs. Smaller runs don't: four processes would end unevenly. There are fewer shards than
    // chunks in work, and so many that aggregate looks often when the last of them end.
    sizing: {
      maxChunkItems: 32,
      large: { items: 10_000, chunkItems: 46 },
      ...{ spread: 48, minShardItems: 1024, maxShards: 32 },
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
    // The caller has said what a time-out means, so the output decides.
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
