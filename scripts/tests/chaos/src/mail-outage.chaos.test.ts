// The real app orders, and a mail server that goes down and comes back.
import { basename } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ChaosSystem } from './chaos-system.ts';
import { readBlobs, readTable } from './storage-view.ts';
import { hasEnded, isAt, plannedOrder, WatchedRun } from './watched-run.fixture.ts';
import { RealWorks } from './works/real-works.fixture.ts';

let works: RealWorks;
let system: ChaosSystem;
beforeAll(async () => {
  works = await RealWorks.start();
  system = await ChaosSystem.start({ works });
  system.disturb({ storage: works.follow, face: () => undefined });
  await system.arrange({ intake: 1, aggregate: 1, orders: 1 }, 0);
  return async () => {
    await system.stop();
    await works.stop();
  };
}, 180_000);

const HOUR_MS = 3_600_000;

test('while the mail server is down, orders fail after their tries, at either mail; rewound when it is back, each has one mail of each kind, one row, one PDF, one clip', async () => {
  const approved = await WatchedRun.startAs(system, plannedOrder('approved'));
  await approved.until(isAt('approval', 'waiting'), HOUR_MS);
  const [asked] = await works.mailsAbout('approved');
  await works.stopMails();
  await approved.act('approve');
  const unasked = await WatchedRun.startAs(system, plannedOrder('unasked'));
  const runs = [
    { run: approved, at: 'email' },
    { run: unasked, at: 'ask' },
  ];
  for (const { run, at } of runs) {
    await run.until(hasEnded, HOUR_MS);
    const { runtimeStatus, nodes } = await run.status();
    expect(runtimeStatus).toBe('Failed');
    for (const name of [at, 'alert'])
      expect(nodes.find((node) => node.name === name)).toMatchObject({ outcome: 'failed', attempts: 3 });
  }
  const files = await readBlobs(system.storage, 'runs');

  await works.startMails();
  for (const { run } of runs) await run.act('rewind');
  await unasked.act('approve');
  for (const { run } of runs) {
    await run.until(hasEnded, HOUR_MS);
    expect(await run.status()).toMatchObject({
      runtimeStatus: 'Completed',
      output: { decision: 'Approved', missing: [] },
    });
    const mails = await works.mailsAbout(run.id);
    expect(mails.map(({ to, subject }) => `${to.join()}: ${subject}`)).toEqual([
      `boss@example.org: Order ${run.id} waits for your decision`,
      `ada@example.org: Your order ${run.id}`,
    ]);
  }
  // Work that was done before was not repeated.
  expect((await works.mailsAbout('approved'))[0]).toEqual(asked);
  expect(await readBlobs(system.storage, 'runs')).toEqual(files);
  expect(files.map(({ name }) => basename(name)).sort()).toEqual(['order.mp4', 'order.mp4', 'order.pdf', 'order.pdf']);
  expect((await readTable(system.storage, 'orders')).map(({ rowKey }) => rowKey).sort()).toEqual([
    'approved',
    'unasked',
  ]);
  expect(system.died).toEqual([]);
});
