import { FatalError, type Outcome } from '@tally/chain';
import { planRun } from '@tally/run-state';
import { describe, expect, it } from 'vitest';
import { edgesOf, eventOf, mapOf, seen, succeeded, timeoutOf } from '../node-of.fixture.ts';
import { faceHappiness } from './face-happiness.ts';
import { facesSchema, happinessFold } from './happiness.ts';
import { URL_MAX_CHARS } from './image-url.ts';

const { definition } = faceHappiness;
const urls = ['https://photos.example/a.jpg', 'https://photos.example/b.jpg?key=secret'];
const approval = { timeoutMs: 60_000, onTimeout: 'fail' };

describe('face-happiness', () => {
  it('is a map of the images and an optional approval', () => {
    expect(edgesOf(definition)).toEqual({ detect: [], approval: ['detect'] });
    expect(definition).toMatchObject({
      rootItems: 'detect',
      apps: { detect: { batchSize: 8, newBatchThreshold: 8 } },
    });
  });

  it('fits a chunk of the longest URLs, with a hundred faces each, into a row of a mebibyte of UTF-16', () => {
    const { sizing, windowItems } = mapOf(definition, 'detect');
    expect(planRun(9_999, sizing, windowItems).chunkItems).toBe(32);
    const { chunkItems } = planRun(10_000, sizing, windowItems);
    expect(chunkItems).toBe(46);
    const side = 99_999;
    const face = { rectangle: { top: side, left: side, width: side, height: side }, happiness: 0.123456 };
    const result = facesSchema.parse({ faces: Array.from({ length: 100 }, () => face) });
    const outcome = { status: 'succeeded', result, durationMs: 540_000 };
    const chars = URL_MAX_CHARS + JSON.stringify(outcome).length + JSON.stringify(['', 100, '']).length;
    expect(2 * chunkItems * chars).toBeLessThan(1024 * 1024 - 10_000);
  });

  it('gives a process at most a quarter of a default window, and at most as many images as its calls process in a tenth of a delivery', () => {
    const { batchSize = 0, newBatchThreshold = 0 } = definition.apps['detect'] ?? {};
    const messages = batchSize + newBatchThreshold;
    const { sizing, windowItems } = mapOf(definition, 'detect');
    expect(windowItems / planRun(9_999, sizing, windowItems).chunkItems / messages).toBeGreaterThanOrEqual(4);
    // Thirty-two calls of one second each. A delivery begins nothing more after four minutes.
    expect((messages * planRun(100_000, sizing, windowItems).chunkItems) / 32).toBeLessThan(24);
  });

  it('processes the images of a small run in parallel, one for each message', () => {
    const { sizing, windowItems } = mapOf(definition, 'detect');
    const { chunkItems, shards } = planRun(3, sizing, windowItems);
    expect(chunkItems).toBe(1);
    expect(shards.flatMap(({ chunks }) => chunks)).toHaveLength(3);
  });

  it('takes its items from the input, names them without secrets, and keeps the rest of the input', () => {
    const map = mapOf(definition, 'detect');
    const input = definition.input.parse({ urls, approval: { timeoutMs: 60_000 } });
    expect(map.items(seen(input))).toEqual(urls);
    expect(urls.map((url) => map.label?.(url))).toEqual([urls[0], 'https://photos.example/b.jpg']);
    expect(definition.keptInput?.(input)).toEqual({ approval });
    expect(definition.input.safeParse({ urls: [] }).success).toBe(false);
    expect(definition.input.safeParse({ urls, approval: { timeoutMs: 0 } }).success).toBe(false);
  });

  it('restores its input from the kept rest and the items', () => {
    const input = definition.input.parse({ urls, approval: { timeoutMs: 60_000 } });
    expect(definition.withItems?.(definition.keptInput?.(input) ?? null, urls)).toEqual(input);
  });

  it('is started with URLs in any spelling, and an approval with its time as a duration', () => {
    const { urls: list, approval: asked } = definition.startForm?.fields ?? {};
    expect(list?.parse(['HTTPS://Photos.Example/ä.jpg'])).toEqual(['https://photos.example/%C3%A4.jpg']);
    expect(asked?.parse({ timeout: 'PT1M' })).toEqual(approval);
    expect(list?.safeParse([]).success).toBe(false);
  });

  it('waits for an approval if the run asks for it, as long as it says', () => {
    const { when, until } = eventOf(definition, 'approval');
    expect([when?.(seen({})), when?.(seen({ approval }))]).toEqual([false, true]);
    expect(timeoutOf(definition, 'approval', seen({ approval }))).toBe(60_000);
    for (const said of [true, false, { approved: true }, { approved: false, reason: 'blurred' }]) {
      expect(until.payload.safeParse(said).success).toBe(true);
    }
    expect(until.payload.safeParse('yes').success).toBe(false);
  });
});

describe('its output', () => {
  const detect = succeeded({ total: 2, succeeded: 2, failed: 0, failures: [], fold: happinessFold.empty });
  const outputOf = (outcome: Outcome, onTimeout = 'fail') =>
    definition.output(seen({ approval: { ...approval, onTimeout } }, { detect, approval: outcome }));

  it.each<[string, Outcome, string]>([
    ['without approval', { status: 'skipped' }, 'fail'],
    ['after a yes', succeeded(true), 'fail'],
    ['after a yes in an object', succeeded({ approved: true }), 'fail'],
    ['after no answer where that is fine', { status: 'timedOut' }, 'complete'],
  ])('sums up the faces: %s', (_, outcome, onTimeout) => {
    expect(outputOf(outcome, onTimeout)).toMatchObject({ min_val: null, images: { total: 2, succeeded: 2 } });
  });

  it.each<[string, Outcome, string, string]>([
    ['after a no', succeeded(false), 'Rejected', 'the awaited event said no'],
    ['after a no with a reason', succeeded({ approved: false, reason: 'blurred' }), 'Rejected', 'blurred'],
    ['after no answer', { status: 'timedOut' }, 'GateTimeout', 'no event "Approval" came in time'],
    ['after a wait that broke', { status: 'failed', error: { code: 'Broken', message: 'm' } }, 'Broken', 'm'],
  ])('is missing, and the run has failed: %s', (_, outcome, code, message) => {
    const failure = new FatalError(code, message);
    expect(() => outputOf(outcome)).toThrow(failure);
    try {
      outputOf(outcome);
    } catch (error) {
      expect(error).toMatchObject({ code });
    }
  });
});
