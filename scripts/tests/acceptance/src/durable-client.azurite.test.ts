import { HttpRequest } from '@azure/functions';
import { waitUntil } from '@tally/testing';
import { type DurableClient, EntityId, OrchestrationRuntimeStatus } from 'durable-functions';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { type Api, newId, startApi } from './api.fixture.ts';
import { durableClientOf } from './durable-client.fixture.ts';
import { anyText, listWith, objectWith } from './matchers.fixture.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
  // Without it the client assumes that it runs on port 7071.
  vi.stubEnv('WEBSITE_HOSTNAME', new URL(api.system.url).host);
  return () => api.stop();
}, 180_000);

const always = 'taskHub=Tally&connection=Storage';
const durable = {
  createUri: `durabletask/orchestrators/{functionName}[/{instanceId}]?${always}`,
  startUri: 'durabletask/orchestrators/face-happiness/{id}',
};
const clients = {
  "addresses of Durable's paths": durable,
  'a base URL alone': { ...durable, rpcBaseUrl: 'durabletask/' },
  "addresses of Tally's own paths": { createUri: `runs[/{instanceId}]?${always}`, startUri: 'runs/{id}' },
};
const urls = ['https://photos.example/a.jpg', 'https://photos.example/b.jpg'];
const gated = { urls, approval: { timeout: 'PT1H' } };
const payloadSchema = z.object({ statusQueryGetUri: z.url(), restartPostUri: z.url(), sendEventPostUri: z.url() });

describe.each(Object.entries(clients))('the npm client of Durable Functions with %s', (kind, paths) => {
  let client: DurableClient;
  beforeAll(async () => {
    const at = (path: string) => `${api.system.url}/api/${path}`;
    client = await durableClientOf({
      createUri: at(paths.createUri),
      startUri: at(paths.startUri),
      ...('rpcBaseUrl' in paths ? { rpcBaseUrl: at(paths.rpcBaseUrl) } : {}),
    });
  });
  const hasNames = kind !== "addresses of Tally's own paths";
  const start = (about: string, input: unknown) =>
    client.startNew('face-happiness', { instanceId: newId(about), input });
  const reaches = (id: string, status: OrchestrationRuntimeStatus) =>
    waitUntil(async () => (await client.getStatus(id)).runtimeStatus === status, { describe: `${id} is ${status}` });
  const completed = async (about: string) => {
    const id = await start(about, urls);
    await reaches(id, OrchestrationRuntimeStatus.Completed);
    return id;
  };

  test('startNew', async () => {
    expect(await client.startNew('face-happiness', { input: urls })).toMatch(/^[0-9a-f]{32}$/);
    const id = await start('named', gated);
    expect((await client.getStatus(id)).instanceId).toBe(id);
    await expect(client.startNew('face-happiness', { instanceId: id, input: urls })).rejects.toThrow(
      'status code: 409',
    );
    await expect(client.startNew('face-happiness')).rejects.toThrow(/status code: 400.*must be a list of image URLs/);
    if (hasNames)
      await expect(client.startNew('unknown', { input: urls })).rejects.toThrow(
        /status code: 400.*The function 'unknown' doesn't exist, is disabled, or is not an orchestrator function/,
      );
  });

  test('getStatus, with its options', async () => {
    const id = await completed('seen');
    const seen = await client.getStatus(id, { showHistory: true, showHistoryOutput: true, showInput: true });
    expect(seen).toMatchObject({ name: 'face-happiness', instanceId: id, runtimeStatus: 'Completed', input: urls });
    expect(seen.output).toMatchObject({ faces: 4 });
    expect(Date.now() - seen.createdTime.getTime()).toBeLessThan(600_000);
    // With a base URL the client sends no `showInput=false`.
    const hidden = kind === 'a base URL alone' ? urls : null;
    expect((await client.getStatus(id, { showInput: false })).input).toEqual(hidden);
    await expect(client.getStatus('unknown')).rejects.toThrow('HTTP 404');
  });

  test('suspend, resume, terminate', async () => {
    const id = await start('controlled', gated);
    await client.suspend(id, 'lunch');
    expect((await client.getStatus(id)).runtimeStatus).toBe('Suspended');
    await expect(client.suspend(id, 'again')).rejects.toThrow('status code: 500');
    await client.resume(id, 'back');
    expect((await client.getStatus(id)).runtimeStatus).toBe('Running');
    await client.terminate(id, 'enough');
    expect(await client.getStatus(id)).toMatchObject({ runtimeStatus: 'Terminated', output: 'enough' });
    // This client doesn't treat an ended run as an error.
    await client.terminate(id, 'again');
    for (const verb of ['suspend', 'resume', 'terminate'] as const)
      await expect(client[verb]('unknown', 'x')).rejects.toThrow("No instance with ID 'unknown' found.");
  });

  test('raiseEvent', async () => {
    const id = await start('asked', gated);
    await expect(client.raiseEvent(id, 'Approval', 'true')).rejects.toThrow(/status code: 400.*must be true, false/);
    await client.raiseEvent(id, 'Note', { any: ['json'] }, { taskHubName: 'Other', connectionName: 'Other' });
    await client.raiseEvent(id, 'Approval', { approved: true });
    await reaches(id, OrchestrationRuntimeStatus.Completed);
    await client.raiseEvent(id, 'Late', 1);
    await expect(client.raiseEvent('unknown', 'Go', 1)).rejects.toThrow("No instance with ID 'unknown' found.");
  });

  test('rewind', async () => {
    const id = await start('failed', ['https://photos.example/bad.jpg']);
    await reaches(id, OrchestrationRuntimeStatus.Failed);
    await client.rewind(id, 'once more');
    await reaches(id, OrchestrationRuntimeStatus.Failed);
    if (!hasNames) return;
    const good = await completed('good');
    await expect(client.rewind(good, 'why')).rejects.toThrow(
      `The run "${good}" is Completed and no part of it has failed; there is nothing to rewind.`,
    );
    await expect(client.rewind('unknown', 'why')).rejects.toThrow('There is no run with the id "unknown".');
  });

  test('getStatusAll and getStatusBy', async () => {
    const from = new Date(Date.now() - 3_600_000);
    const [running, done] = await Promise.all([start('running', gated), completed('done')]);
    const ids = (found: readonly { readonly instanceId: string }[]) => found.map(({ instanceId }) => instanceId);
    expect(ids(await client.getStatusAll())).toEqual(listWith([running, done]));
    const filter = { createdTimeFrom: from, createdTimeTo: new Date(Date.now() + 3_600_000) };
    const { Completed, Canceled, ContinuedAsNew } = OrchestrationRuntimeStatus;
    const found = await client.getStatusBy({ ...filter, runtimeStatus: [Completed] });
    expect(ids(found)).toContain(done);
    expect(ids(found)).not.toContain(running);
    expect(await client.getStatusBy({ ...filter, runtimeStatus: [Canceled, ContinuedAsNew] })).toEqual([]);
    expect(await client.getStatusBy({ createdTimeTo: from })).toEqual([]);
  });

  test('createHttpManagementPayload: each address works, also with more appended; a restart among them', async () => {
    const id = await completed('managed');
    const payload = client.createHttpManagementPayload(id);
    expect(payload.id).toBe(id);
    const { statusQueryGetUri, restartPostUri } = payloadSchema.parse(payload);
    const status = await fetch(`${statusQueryGetUri}&showHistory=true`);
    expect(await status.json()).toMatchObject({
      historyEvents: listWith([objectWith({ EventType: 'TaskCompleted' })]),
    });
    const restarted = await fetch(restartPostUri, { method: 'POST' });
    expect(restarted.status).toBe(202);
    const next = payloadSchema.parse(await restarted.json());
    expect(new URL(next.statusQueryGetUri).pathname.replace(/[^/]+$/, '')).toBe(
      new URL(statusQueryGetUri).pathname.replace(/[^/]+$/, ''),
    );
    expect((await fetch(payload.rewindPostUri.replace('{text}', 'x'), { method: 'POST' })).status).toBe(412);
    for (const uri of [payload.terminatePostUri, payload.suspendPostUri, payload.resumePostUri])
      expect((await fetch(uri.replace('{text}', 'x'), { method: 'POST' })).status).toBe(410);
    expect((await fetch(payload.purgeHistoryDeleteUri, { method: 'DELETE' })).status).toBe(200);
    expect((await fetch(payload.sendEventPostUri.replace('{eventName}', 'x'), { method: 'POST' })).status).toBe(404);
  });

  test('createCheckStatusResponse and waitForCompletionOrCreateCheckStatusResponse', async () => {
    const request = new HttpRequest({ url: `${api.system.url}/api/mine`, method: 'POST' });
    const id = await start('waited', gated);
    const response = client.createCheckStatusResponse(request, id);
    expect([response.status, response.headers.get('retry-after')]).toEqual([202, '10']);
    expect((await fetch(response.headers.get('location') ?? '')).status).toBe(202);
    const wait = { timeoutInMilliseconds: 300, retryIntervalInMilliseconds: 100 };
    expect((await client.waitForCompletionOrCreateCheckStatusResponse(request, id, wait)).status).toBe(202);
    await client.raiseEvent(id, 'Approval', true);
    const patient = { timeoutInMilliseconds: 60_000, retryIntervalInMilliseconds: 100 };
    const done = await client.waitForCompletionOrCreateCheckStatusResponse(request, id, patient);
    expect([done.status, await done.json()]).toEqual([200, objectWith({ min_val: 0.25, max_val: 0.75 })]);
    const failed = await start('waited-bad', ['https://photos.example/bad.jpg']);
    const told = await client.waitForCompletionOrCreateCheckStatusResponse(request, failed, patient);
    expect([told.status, await told.json()]).toEqual([500, objectWith({ runtimeStatus: 'Failed' })]);
  });

  test('purgeInstanceHistory', async () => {
    const id = await completed('purged');
    expect(await client.purgeInstanceHistory(id)).toEqual({ instancesDeleted: 1 });
    expect(await client.purgeInstanceHistory(id)).toMatchObject({ instancesDeleted: 0 });
    const running = await start('living', gated);
    await expect(client.purgeInstanceHistory(running)).rejects.toThrow('status code: 412');
  });

  test('purgeInstanceHistoryBy', async () => {
    const id = await completed('purged-by');
    const filter = { createdTimeFrom: new Date(Date.now() - 3_600_000), createdTimeTo: new Date(Date.now() + 60_000) };
    const purge = async (...runtimeStatus: OrchestrationRuntimeStatus[]) =>
      (await client.purgeInstanceHistoryBy({ ...filter, runtimeStatus })).instancesDeleted;
    const { Canceled, Running, Completed } = OrchestrationRuntimeStatus;
    expect(await purge(Canceled)).toBe(0);
    expect(await purge(Canceled, Running)).toBe(0);
    expect((await client.getStatus(id)).runtimeStatus).toBe('Completed');
    expect(await purge(Completed)).toBeGreaterThanOrEqual(1);
    await expect(client.getStatus(id)).rejects.toThrow('HTTP 404');
  });

  test('readEntityState and signalEntity: there are no entities', async () => {
    if (kind !== 'a base URL alone') return;
    const entity = new EntityId('counter', 'a');
    expect(await client.readEntityState(entity)).toMatchObject({ entityExists: false });
    await expect(client.signalEntity(entity, 'add', 1)).rejects.toThrow('status code: 404');
  });

  test('reports a problem in words', async () => {
    await expect(client.startNew('face-happiness', { input: [7] })).rejects.toThrow(/"field":"urls\[0\]"/);
    expect(client.taskHubName).toEqual(anyText);
  });
});
