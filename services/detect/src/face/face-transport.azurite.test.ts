import { createPipelineRequest, type PipelineRequest } from '@azure/core-rest-pipeline';
import { startStubFace } from '@tally/testing';
import { expect, test } from 'vitest';
import { FaceTransport } from './face-transport.ts';

function requestTo(endpoint: string, url: string, abortSignal: AbortSignal): PipelineRequest {
  const body = JSON.stringify({ url });
  return createPipelineRequest({ url: `${endpoint}/face/v1.2/detect`, method: 'POST', body, abortSignal });
}

test('a call whose signal fires while it waits for a socket ends at once and is never sent; the one before it goes on', async () => {
  const gate = Promise.withResolvers<void>();
  const face = await startStubFace({ until: async () => await gate.promise });
  const transport = new FaceTransport(face.endpoint, 1);
  try {
    const first = transport.sendRequest(requestTo(face.endpoint, 'first', new AbortController().signal));
    const waiting = new AbortController();
    const second = transport.sendRequest(requestTo(face.endpoint, 'second', waiting.signal));
    waiting.abort(new Error('the run has ended'));
    await expect(second).rejects.toThrow('the run has ended');
    gate.resolve();
    expect((await first).bodyAsText).toContain('happiness');
    const third = transport.sendRequest(requestTo(face.endpoint, 'third', new AbortController().signal));
    expect(await third).toMatchObject({ status: 200 });
    expect([...face.requests.keys()]).toEqual(['first', 'third']);
  } finally {
    transport.close();
    await face.stop();
  }
});

test('a call whose signal has fired before it is not sent', async () => {
  const face = await startStubFace();
  const transport = new FaceTransport(face.endpoint, 1);
  try {
    const call = transport.sendRequest(requestTo(face.endpoint, 'a', AbortSignal.abort(new Error('ended'))));
    await expect(call).rejects.toThrow('ended');
    expect(face.requests.size).toBe(0);
  } finally {
    transport.close();
    await face.stop();
  }
});
