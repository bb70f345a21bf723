import { startStubFace, waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import { imageUrls } from './expected.fixture.ts';
import { buildApps, endedStatus, postRun, startTestSystem } from './system.fixture.ts';

beforeAll(async () => await buildApps(), 180_000);

test('a Face endpoint that refuses the emotion attribute fails the run, with an error that says so and what to do', async () => {
  const message = 'The emotion attribute has been retired. Feature is not supported, missing approval.';
  const face = await startStubFace({ respond: () => ({ status: 403, code: 'UnsupportedFeature', message }) });
  const system = await startTestSystem({ faceEndpoint: face.endpoint });
  try {
    const { statusQueryGetUri } = await postRun(system, imageUrls(200));
    const ended = await waitUntil(() => endedStatus(statusQueryGetUri), { describe: 'the run has ended' });
    expect(ended).toMatchObject({ runtimeStatus: 'Failed', output: { code: 'EmotionUnavailable' } });
    expect(JSON.stringify(ended.output)).toMatch(/refuses the emotion attribute.*services\/face/);
  } finally {
    await system.stop();
    await face.stop();
  }
});
