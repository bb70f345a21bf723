import type { Item, RunStatusBody } from '@tally/api';

/** A complete status as the API answers it. */
export function statusBody(given: Partial<RunStatusBody> = {}): RunStatusBody {
  return {
    name: 'face-happiness',
    instanceId: 'r1',
    runtimeStatus: 'Running',
    input: null,
    customStatus: null,
    output: null,
    createdTime: '2026-11-23T09:44:35Z',
    lastUpdatedTime: '2026-11-23T09:44:40Z',
    chainVersion: 1,
    nodes: [],
    counts: { total: 3, pending: 0, inFlight: 3, succeeded: 0, failed: 0, aborted: 0 },
    window: 2048,
    rate: null,
    eta: null,
    storageTransactions: null,
    ...given,
  };
}

const rectangle = { top: 10, left: 10, width: 80, height: 80 };

/** An image in which faces of this happiness were found. */
export function foundItem(index: number, ...happiness: number[]): Item {
  const faces = happiness.map((value) => ({ rectangle, happiness: value }));
  return { index, url: `https://a.example/${index}.jpg`, status: 'succeeded', result: { faces }, durationMs: 10 };
}

/**
 * The result of three images. The first shows the saddest and the happiest face, the third could not be
 * fetched.
 */
export const runOutput = {
  min_val: 0.25,
  max_val: 0.98,
  mean: 0.615,
  faces: 2,
  images: { total: 3, succeeded: 2, failed: 1, noFace: 1 },
  happiest: { index: 0, url: 'https://a.example/0.jpg', happiness: 0.98, rectangle },
  saddest: { index: 0, url: 'https://a.example/0.jpg', happiness: 0.25, rectangle },
  histogram: [0, 0, 1, 0, 0, 0, 0, 0, 0, 1],
  failures: [{ code: 'InvalidImage', count: 1, example: { index: 2, message: 'Decoding error.' } }],
};
