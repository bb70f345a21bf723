import { connectBlobs } from '@tally/blobs';
import { startTemporaryAzurite } from '@tally/testing';
import { expect, test } from 'vitest';
import { runFiles } from './run-files.ts';

const run = { runId: 'a run', generation: '1x' };

test("a run's file is opened by a temporary link; a missing or foreign file has no link", async () => {
  await using stack = new AsyncDisposableStack();
  const azurite = await startTemporaryAzurite({ blob: true });
  stack.defer(() => azurite.stop());
  const connection = { kind: 'connectionString', value: azurite.connectionString } as const;
  const store = connectBlobs(connection);
  await store.createContainers(['runs']);
  const at = { container: 'runs', name: 'a run/1x/pdf.1/order.pdf' };
  await store.put(at, Buffer.from('for you'), { contentType: 'application/pdf', maxBytes: 100 });

  const files = runFiles(connection);
  const answer = await fetch((await files.link(at, 60_000)) ?? '');
  expect([await answer.text(), answer.headers.get('content-type')]).toEqual(['for you', 'application/pdf']);
  expect(await files.link({ ...at, name: 'a run/1x/pdf.1/gone.pdf' }, 60_000)).toBeNull();

  expect(files.isOwn(run, at)).toBe(true);
  expect(files.isOwn(run, { container: 'library', name: 'a run/1x.mp4' })).toBe(true);
  for (const foreign of [
    { container: 'uploads', name: 'a run/1x.mp4' },
    { container: 'runs', name: 'a run/1xy/pdf.1/order.pdf' },
    { container: 'runs', name: 'a run/1/pdf.1/order.pdf' },
    { container: 'runs', name: 'other/1x/pdf.1/order.pdf' },
    { container: 'runs', name: 'a run/1x/../../other/1x/pdf.1/order.pdf' },
  ])
    expect([foreign, files.isOwn(run, foreign)]).toEqual([foreign, false]);
  expect(files.isOwn({ ...run, runId: '..' }, { container: 'runs', name: '../1x/a' })).toBe(false);
});
