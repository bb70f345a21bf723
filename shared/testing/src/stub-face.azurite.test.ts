import { afterEach, expect, test } from 'vitest';
import { happinessOf, type StubFace, type StubFaceOptions, startStubFace } from './stub-face.ts';

let face: StubFace | undefined;
afterEach(() => face?.stop());

async function started(options?: StubFaceOptions): Promise<StubFace> {
  face = await startStubFace(options);
  return face;
}

function detect({ endpoint }: StubFace, url: string): Promise<Response> {
  return fetch(`${endpoint}/face/v1.2/detect?returnFaceAttributes=emotion`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url }),
  });
}

test('each URL has one face whose happiness is always the same', async () => {
  const stub = await started();
  const url = 'https://example.org/1.jpg';
  const happiness = happinessOf(url);
  expect(happiness).toBeGreaterThanOrEqual(0);
  expect(happiness).toBeLessThanOrEqual(1);
  expect(happinessOf('https://example.org/2.jpg')).not.toBe(happiness);
  const face = { faceAttributes: { smile: happiness, emotion: { happiness, contempt: 0 } } };
  expect(await (await detect(stub, url)).json()).toMatchObject([face]);
  expect(await (await detect(stub, url)).json()).toMatchObject([face]);
  expect([...stub.requests]).toEqual([[url, 2]]);
});

test('it can refuse at first, fail, show no face or several, and break off', async () => {
  const stub = await started({
    respond: (url, tries) => {
      if (url === 'busy') return tries === 0 ? { status: 429, code: '429', retryAfterSeconds: 2 } : { faces: [0.5] };
      if (url === 'group') return { faces: [0.1, 0.9] };
      if (url === 'empty') return { faces: [] };
      return url === 'broken' ? { status: 500, code: 'InternalError' } : 'reset';
    },
  });
  const refused = await detect(stub, 'busy');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
  expect((await detect(stub, 'busy')).status).toBe(200);
  expect(await (await detect(stub, 'group')).json()).toHaveLength(2);
  expect(await (await detect(stub, 'empty')).json()).toEqual([]);
  const broken = await detect(stub, 'broken');
  expect([broken.status, broken.headers.get('x-ms-error-code')]).toEqual([500, 'InternalError']);
  expect(await broken.json()).toMatchObject({ error: { code: 'InternalError' } });
  await expect(detect(stub, 'gone')).rejects.toThrow('fetch failed');
});

test('it can hang, and still stops', async () => {
  const stub = await started({ respond: () => 'hang' });
  const hanging = [detect(stub, 'a'), detect(stub, 'b')];
  const ended = Promise.allSettled(hanging);
  await expect.poll(() => stub.mostAtOnce(), { timeout: 60_000 }).toBe(2);
  await stub.stop();
  expect((await ended).map((result) => result.status)).toEqual(['rejected', 'rejected']);
});

test('anything but a detection is 404, and a body without URL is a bad argument', async () => {
  const stub = await started();
  expect((await fetch(`${stub.endpoint}/face/v1.2/detect`)).status).toBe(404);
  const bad = await fetch(`${stub.endpoint}/face/v1.2/detect`, { method: 'POST', body: '{}' });
  expect(bad.status).toBe(400);
});
