import { z } from 'zod';
import type { Chain } from './declaration.ts';
import {
  type Faces,
  facesSchema,
  type Happiness,
  happinessFold,
  happinessSchema,
  summarizeHappiness,
} from './happiness.ts';

/** Longest URL of an image: what browsers and Azure services agree on. */
export const URL_MAX_CHARS = 2048;

/** An image's address, as a caller sends it and as rows hold it. */
export const imageUrlSchema = z
  .string()
  .max(URL_MAX_CHARS, `an image URL has at most ${URL_MAX_CHARS} characters`)
  .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), {
    error: 'an image URL is an absolute http or https URL',
    abort: true,
  })
  .refine(
    (text) => fetchedUrl(text).length <= URL_MAX_CHARS,
    `an image URL has at most ${URL_MAX_CHARS} characters, encoded`,
  );

/** The form in which an address is fetched: one spelling of all that mean the same, in ASCII. */
export function fetchedUrl(text: string): string {
  return new URL(text).href;
}

/** An address without what may be secret in it: user, password, query, and what is behind the `#`. */
export function publicUrl(text: string): string {
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
}

/** The first chain: image URLs in, the lowest and the highest happiness of all faces out. */
export const faceHappiness: Chain<string, Faces, Happiness> = {
  name: 'face-happiness',
  version: 1,
  dispatch: {
    name: 'intake',
    does: 'takes a list of image URLs, cuts it into chunks, sends the first ones',
    listening: {
      // A dispatch walks up to 64 shards by itself: few at once are plenty.
      batchSize: 4,
      newBatchThreshold: 2,
      maxPollingIntervalMs: 2_000,
      retryDelaySeconds: 5,
      maxDequeueCount: 5,
    },
  },
  work: {
    name: 'detect',
    does: 'finds the faces of every image, records them, sends the next chunks',
    listening: {
      // Sixteen a fetch is what keeps the receives at a sixteenth of a request a chunk; half a batch in work hides the fetch.
      batchSize: 16,
      newBatchThreshold: 8,
      maxPollingIntervalMs: 2_000,
      retryDelaySeconds: 10,
      maxDequeueCount: 5,
    },
  },
  collect: {
    name: 'aggregate',
    does: 'counts finished shards, ends the run; its timer repairs what got lost',
    listening: {
      batchSize: 8,
      newBatchThreshold: 4,
      maxPollingIntervalMs: 2_000,
      retryDelaySeconds: 5,
      maxDequeueCount: 5,
    },
  },
  item: { column: 'urls', schema: imageUrlSchema, label: publicUrl },
  result: facesSchema,
  fold: { ...happinessFold, schema: happinessSchema },
  summarize: summarizeHappiness,
  // Three tries across messages, each with three calls inside: minutes of outage are ridden out, a dead link doesn't hold its run for long.
  retry: { maxAttempts: 3, firstDelayMs: 5_000, maxDelayMs: 300_000 },
  // A minute is twice the watchdog's pass; three sends before the chunk is split, two more before its items are given up. Of a few hundred single
  // images over five minutes, each a second or two at work, one or two at the most are there when one of them takes the worker down.
  repair: { overdueMs: 60_000, slowestFactor: 3, wholeSends: 3, singleSpreadFactor: 5, maxSends: 5 },
  sizing: {
    // Thirty-two images a message is where requests an image level out; sixty-four chunks are as many as the default window holds.
    maxChunkItems: 32,
    spread: 64,
    minShardItems: 1024,
    maxShards: 64,
  },
  windowChunks: 64,
  maxItems: 200_000,
};
