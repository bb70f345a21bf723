import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Faces } from '@tally/chains';
import type { WorkItem } from '@tally/contracts';
import type { TryOutcome } from '@tally/run-state';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createFaceCalls, type FaceCalls } from './face-calls.ts';
import { EndpointRefusesEmotionError } from './face-errors.ts';
import type { FaceSettings } from './face-settings.ts';
import { hastyTiming, type ManualTiming, manualTiming } from './manual-timing.fixture.ts';
import {
  type ScriptedAnswer,
  type ScriptedFace,
  type ScriptedRequest,
  startScriptedFace,
} from './scripted-face.fixture.ts';
import { systemTiming, type Timing } from './timing.ts';

const KEY = 'the-secret-key';
/** Guards against a hang. No test waits until it elapses. */
const PATIENCE = { timeout: 30_000, interval: 5 };

const containing = (part: string): unknown => expect.stringContaining(part);
const rectangle = { top: 5, left: 6, width: 70, height: 80 };
const oneFace: ScriptedAnswer = {
  status: 200,
  body: [{ faceRectangle: rectangle, faceAttributes: { emotion: { happiness: 0.75 } } }],
};
const found: Faces = { faces: [{ rectangle, happiness: 0.75 }] };
const failing = (status: number, code: string, headers?: Record<string, string>): ScriptedAnswer => ({
  status,
  ...(headers && { headers }),
  body: { error: { code, message: `It is ${code}.` } },
});

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

type Script = (request: ScriptedRequest) => ScriptedAnswer | Promise<ScriptedAnswer>;

async function endpointThat(script: Script): Promise<ScriptedFace> {
  const face = await startScriptedFace(script);
  cleanUps.push(() => face.stop());
  return face;
}

/** Calls with a time-out longer than any test, so anything that ends sooner was ended by something else. */
function callsTo(endpoint: string, settings: Partial<FaceSettings> = {}, timing: Timing = hastyTiming()): FaceCalls {
  const calls = createFaceCalls({ endpoint, key: KEY, timeoutMs: 600_000, concurrency: 32, ...settings }, timing);
  cleanUps.push(() => calls.close());
  return calls;
}

function images(count: number, first = 0): WorkItem<string>[] {
  return Array.from({ length: count }, (_, place) => ({
    index: first + place,
    input: `https://photos.example/${first + place}.jpg?sig=SIGNATURE`,
  }));
}

async function tryImages(
  calls: FaceCalls,
  items = images(1),
  signal: AbortSignal = new AbortController().signal,
  until: AbortSignal = new AbortController().signal,
): Promise<ReadonlyMap<number, TryOutcome<Faces>>> {
  return await calls.tryItems(items, { lane: 'all', run: 'one', signal, until });
}

/** The outcome of the only image. */
async function outcomeOf(script: Script, settings?: Partial<FaceSettings>, timing?: Timing) {
  const face = await endpointThat(script);
  const outcomes = await tryImages(callsTo(face.endpoint, settings, timing));
  return { face, outcome: outcomes.get(0) };
}

describe('an image that is analysed', () => {
  test('is asked for at the same address as the first one', async () => {
    const face = await endpointThat(() => oneFace);
    const calls = callsTo(face.endpoint);
    await tryImages(calls, images(1));
    await tryImages(calls, images(2, 1));
    const [first, ...others] = face.requests.map(({ path, query }) => ({ path, query }));
    expect(others).toEqual([first, first]);
  });

  test('succeeds with its faces after one request, which asks for emotion and no face id', async () => {
    const { face, outcome } = await outcomeOf(() => oneFace);
    expect(outcome).toMatchObject({ kind: 'succeeded', result: found });
    expect(outcome?.durationMs).toBeGreaterThanOrEqual(0);
    expect(face.requests).toHaveLength(1);
    expect(face.requests[0]).toMatchObject({
      imageUrl: 'https://photos.example/0.jpg?sig=SIGNATURE',
      path: '/face/v1.2/detect',
      query: { returnFaceId: 'false', returnFaceAttributes: 'emotion', detectionModel: 'detection_01' },
      headers: { 'ocp-apim-subscription-key': KEY },
    });
  });

  test("shares its chunk's concurrent calls, over kept-alive sockets", async () => {
    const arrived = Promise.withResolvers<void>();
    const face = await endpointThat(async () => {
      if (face.inWork() === 32) arrived.resolve();
      await arrived.promise;
      return oneFace;
    });
    const calls = callsTo(face.endpoint);
    expect([...(await tryImages(calls, images(32))).values()].every(({ kind }) => kind === 'succeeded')).toBe(true);
    await tryImages(calls, images(32, 32));
    expect(face.connections()).toBe(32);
  });
});

test("when a delivery's time is used up, finishes if it is in flight and is left out if it waits", async () => {
  const answered = Promise.withResolvers<void>();
  const face = await endpointThat(async () => {
    await answered.promise;
    return oneFace;
  });
  const calls = callsTo(face.endpoint, { concurrency: 2 });
  const delivery = new AbortController();
  const outcomes = tryImages(calls, images(5), undefined, delivery.signal);
  await vi.waitUntil(() => face.inWork() === 2, PATIENCE);
  delivery.abort();
  answered.resolve();
  expect([...(await outcomes).keys()]).toEqual([0, 1]);
  expect(face.requests).toHaveLength(2);
});

describe('an image whose call fails is tried again', () => {
  test('after 429 with Retry-After, no sooner than that', async () => {
    const timing = hastyTiming(0);
    const { face, outcome } = await outcomeOf(
      ({ earlier }) => (earlier === 0 ? failing(429, '429', { 'retry-after': '3' }) : oneFace),
      {},
      timing,
    );
    expect(outcome).toMatchObject({ kind: 'succeeded', result: found });
    expect(outcome?.durationMs).toBeGreaterThanOrEqual(3_000);
    expect(face.requests).toHaveLength(2);
    expect(timing.slept).toContain(3_000);
  });

  test('after 429 without Retry-After too', async () => {
    const { face, outcome } = await outcomeOf(({ earlier }) => (earlier === 0 ? failing(429, '429') : oneFace));
    expect(outcome).toMatchObject({ kind: 'succeeded' });
    expect(face.requests).toHaveLength(2);
  });

  test.each<[string, ScriptedAnswer, string]>([
    ['500', failing(500, 'InternalServerError'), 'FaceUnavailable'],
    [
      '503 with Retry-After, which the library would obey by itself',
      failing(503, '503', { 'retry-after': '1' }),
      'FaceUnavailable',
    ],
    ['408', failing(408, 'Timeout'), 'FaceTimeout'],
    ['429', failing(429, '429'), 'TooManyRequests'],
    ['a broken connection', 'reset', 'FaceUnavailable'],
    ['an answer that is cut short', 'cut-short', 'FaceUnavailable'],
    ['HTML', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }, 'InvalidResponse'],
    ['broken JSON', { status: 200, body: '[{"faceRect' }, 'InvalidResponse'],
    ['JSON of another kind', { status: 200, body: { hello: 'world' } }, 'InvalidResponse'],
    ['an outage that speaks HTML as JSON', { status: 502, body: '<html>' }, 'FaceUnavailable'],
  ])('three times in all after %s, then by the queue', async (_what, answer, code) => {
    const { face, outcome } = await outcomeOf(() => answer);
    expect(outcome).toMatchObject({ kind: 'retry', error: { code, message: containing('The Face endpoint') } });
    expect(face.requests).toHaveLength(3);
  });

  test('three times in all after a time-out, closing the connection each time', async () => {
    const timing = hastyTiming(0.5);
    const { face, outcome } = await outcomeOf(() => 'hang', { timeoutMs: 50 }, timing);
    expect(outcome).toMatchObject({ kind: 'retry', error: { code: 'FaceTimeout' } });
    expect(timing.slept).toEqual([500, 1_000]);
    await vi.waitUntil(() => face.inWork() === 0, PATIENCE);
  });

  test('after a refused connection, without hidden retries of the library', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    server.close();
    await once(server, 'close');
    const timing = hastyTiming(0.5);
    const outcomes = await tryImages(callsTo(`http://127.0.0.1:${address.port}`, {}, timing));
    expect(outcomes.get(0)).toMatchObject({
      kind: 'retry',
      error: { code: 'FaceUnavailable', message: containing('ECONNREFUSED') },
      retryAfterMs: 0,
    });
    expect(timing.slept).toEqual([500, 1_000]);
  });

  test('only by the queue if Retry-After is long', async () => {
    const { face, outcome } = await outcomeOf(() => failing(429, '429', { 'retry-after': '120' }));
    expect(outcome).toMatchObject({ kind: 'retry', error: { code: 'TooManyRequests' }, retryAfterMs: 120_000 });
    expect(face.requests).toHaveLength(1);
  });

  test.each([
    [401, '401', 'FaceUnauthorized'],
    [404, '404', 'FaceEndpointNotFound'],
  ])('only by the queue, in a minute, after %d, which an operator must mend', async (status, code, ours) => {
    const { face, outcome } = await outcomeOf(() => failing(status, code));
    expect(outcome).toMatchObject({ kind: 'retry', error: { code: ours }, retryAfterMs: 60_000 });
    expect(face.requests).toHaveLength(1);
  });

  test('without following a redirect, which would leak the key', async () => {
    const { face, outcome } = await outcomeOf(() => ({ status: 307, headers: { location: '/elsewhere' } }));
    expect(outcome).toMatchObject({ kind: 'retry', error: { code: 'FaceEndpointNotFound' } });
    expect(face.requests).toHaveLength(1);
  });
});

describe('a faulty image', () => {
  test("fails after one request, with Azure's code, and its neighbours succeed", async () => {
    const face = await endpointThat(({ imageUrl }) =>
      imageUrl.includes('/1.jpg') ? failing(400, 'InvalidImage') : oneFace,
    );
    const outcomes = await tryImages(callsTo(face.endpoint), images(3));
    expect(outcomes.get(0)).toMatchObject({ kind: 'succeeded' });
    expect(outcomes.get(1)).toMatchObject({
      kind: 'failed',
      error: { code: 'InvalidImage', message: 'It is InvalidImage.' },
    });
    expect(outcomes.get(2)).toMatchObject({ kind: 'succeeded' });
    expect(face.requests).toHaveLength(3);
  });
});

describe('an endpoint that refuses emotion', () => {
  test('ends the try with an error that says what to do, and aborts the calls for other images', async () => {
    const face = await endpointThat(async ({ imageUrl }) => {
      if (!imageUrl.includes('/0.jpg')) return 'hang';
      await vi.waitUntil(() => face.inWork() === 4, PATIENCE);
      return failing(403, 'UnsupportedFeature');
    });
    const outcome = tryImages(callsTo(face.endpoint), images(4));
    await expect(outcome).rejects.toThrow(EndpointRefusesEmotionError);
    await expect(outcome).rejects.toThrow(/services\/face/);
    await vi.waitUntil(() => face.inWork() === 0, PATIENCE);
  });
});

describe('a run that ends', () => {
  test('leaves no outcome of images in flight or waiting, closes connections, and keeps known outcomes', async () => {
    const face = await endpointThat(({ imageUrl }) => (imageUrl.includes('/0.jpg') ? oneFace : 'hang'));
    const ended = new AbortController();
    const outcome = tryImages(callsTo(face.endpoint, { concurrency: 2 }), images(5), ended.signal);
    await vi.waitUntil(() => face.requests.length === 3, PATIENCE);
    ended.abort(new Error('the run has ended'));
    expect([...(await outcome).keys()]).toEqual([0]);
    await vi.waitUntil(() => face.inWork() === 0, PATIENCE);
  });

  test('while an image waits for its next call ends the wait', async () => {
    const face = await endpointThat(() => failing(429, '429', { 'retry-after': '30' }));
    const ended = new AbortController();
    const outcome = tryImages(callsTo(face.endpoint, {}, systemTiming), images(2), ended.signal);
    await vi.waitUntil(() => face.requests.length > 0 && face.inWork() === 0, PATIENCE);
    ended.abort(new Error('the run has ended'));
    expect((await outcome).size).toBe(0);
  });

  test('before the first call makes none', async () => {
    const face = await endpointThat(() => oneFace);
    expect((await tryImages(callsTo(face.endpoint), images(3), AbortSignal.abort())).size).toBe(0);
    expect(face.requests).toHaveLength(0);
  });
});

describe('concurrent calls of one process', () => {
  test('never exceed the setting, however many chunks are in work', async () => {
    const full = Promise.withResolvers<void>();
    const face = await endpointThat(async () => {
      if (face.inWork() === 4) full.resolve();
      await full.promise;
      return oneFace;
    });
    const calls = callsTo(face.endpoint, { concurrency: 4 });
    const chunks = Array.from({ length: 8 }, (_, chunk) => tryImages(calls, images(16, chunk * 16)));
    for (const outcomes of await Promise.all(chunks)) {
      expect([...outcomes.values()].every(({ kind }) => kind === 'succeeded')).toBe(true);
    }
    expect(face.requests).toHaveLength(128);
    expect(face.mostInWork()).toBe(4);
    expect(face.connections()).toBeLessThanOrEqual(4);
  });

  test('are halved by a refusal because of load, and recover with success', async () => {
    const widths: number[] = [];
    let open = Promise.withResolvers<void>();
    let answer: ScriptedAnswer = oneFace;
    let held = 0;
    const face = await endpointThat(async () => {
      held += 1;
      await open.promise;
      held -= 1;
      return answer;
    });
    const calls = callsTo(face.endpoint, { concurrency: 8 });
    /** Sends a chunk, and counts the calls that go out while none is answered. */
    const widthOf = async (expected: number, answerWith: ScriptedAnswer) => {
      open = Promise.withResolvers<void>();
      answer = answerWith;
      const chunk = tryImages(calls, images(64));
      await vi.waitUntil(() => held >= expected, PATIENCE);
      // By the time that another client's call reaches the endpoint, a call too many would have reached it as
      // well.
      await fetch(`${face.endpoint}/`, { method: 'POST', body: 'not JSON' });
      widths.push(held);
      open.resolve();
      return await chunk;
    };
    await widthOf(8, failing(429, '429', { 'retry-after': '60' }));
    await widthOf(1, oneFace);
    await widthOf(8, oneFace);
    expect(widths).toEqual([8, 1, 8]);
  });
});

test('no error contains the key or the query string of an image', async () => {
  const leaky: ScriptedAnswer = {
    status: 400,
    body: { error: { code: 'InvalidURL', message: 'Could not load https://photos.example/0.jpg?sig=SIGNATURE' } },
  };
  const texts = [];
  for (const answer of [leaky, failing(401, '401'), failing(500, '500'), 'reset', 'cut-short'] as const) {
    texts.push(JSON.stringify((await outcomeOf(() => answer)).outcome));
  }
  expect(texts.join()).not.toMatch(/SIGNATURE|the-secret-key/);
});

test('an http endpoint without a key is refused before the first call', () => {
  const settings = { endpoint: 'http://127.0.0.1:1', key: undefined, timeoutMs: 1, concurrency: 1 };
  expect(() => createFaceCalls(settings)).toThrow(/FACE_KEY is missing/);
});

/** In the form of Azure's keys: it would pass for the code of an error. */
const azureKey = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';

test.each([
  ['its message', { code: 'InvalidImage', message: `Nothing for ${azureKey}.` }, 400],
  ['its code', { code: azureKey, message: 'It is wrong.' }, 400],
  ['a refusal', { code: '401', message: `No: ${azureKey}` }, 401],
  ['an inner error', { code: '500', innererror: { code: 'x', message: azureKey } }, 500],
])('a key that the endpoint quotes in %s appears in no outcome', async (_where, error, status) => {
  const { outcome } = await outcomeOf(() => ({ status, body: { error } }), { key: azureKey });
  expect(outcome).toMatchObject({ error: { message: containing(' ') } });
  expect(JSON.stringify(outcome)).not.toContain(azureKey);
});

test('a busy image host gets fewer calls, and none for a second; other hosts continue', async () => {
  const timing = manualTiming();
  const busy = failing(400, 'ImageHostBusy');
  const face = await endpointThat(({ imageUrl, earlier }) =>
    imageUrl.includes('busy') && earlier === 0 ? busy : oneFace,
  );
  const calls = callsTo(face.endpoint, { concurrency: 4 }, timing);
  const of = (host: string, count: number, first: number): WorkItem<string>[] =>
    Array.from({ length: count }, (_, place) => ({ index: first + place, input: `https://${host}/${place}.jpg` }));
  const askedOf = (host: string) => face.requests.filter(({ imageUrl }) => imageUrl.includes(host)).length;
  const tried = tryImages(calls, of('busy.example', 6, 0));
  await vi.waitUntil(() => face.requests.length === 4 && face.inWork() === 0, PATIENCE);
  expect((await tryImages(calls, of('idle.example', 6, 10))).size).toBe(6);
  expect([askedOf('busy'), askedOf('idle')]).toEqual([4, 6]);
  const outcomes = await advancing(timing, tried);
  expect([...outcomes.values()].map(({ kind }) => kind)).toEqual(Array.from({ length: 6 }, () => 'succeeded'));
});

/** Moves the clock until the work is done. */
async function advancing<T>(timing: ManualTiming, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  await vi.waitUntil(async () => {
    await timing.advance(1_000);
    return isDone;
  }, PATIENCE);
  return await done;
}
