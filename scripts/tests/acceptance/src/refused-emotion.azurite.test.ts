import { startStubbedSystem } from '@tally/test-system';
import { waitUntil } from '@tally/testing';
import { expect, test } from 'vitest';
import { endedStatus, postRun } from './calls.fixture.ts';
import { imageUrls } from './expected.fixture.ts';

test('a Face endpoint that refuses the emotion attribute fails the run with an error that says what to do', async () => {
  const message = 'The emotion attribute has been retired. Feature is not supported, missing approval.';
  const system = await startStubbedSystem({
    face: { respond: () => ({ status: 403, code: 'UnsupportedFeature', message }) },
  });
  try {
    const { statusQueryGetUri } = await postRun(system, imageUrls(200));
    const ended = await waitUntil(() => endedStatus(statusQueryGetUri), { describe: 'the run has ended' });
    expect(ended).toMatchObject({ runtimeStatus: 'Failed', output: { code: 'EmotionUnavailable' } });
    expect(JSON.stringify(ended.output)).toMatch(/refuses the emotion attribute.*services\/face/);
  } finally {
    await system.stop();
  }
}, 300_000);
