// The real apps orders and media. A process is killed in each of their nodes.
import { basename } from 'node:path';
import { connectBlobs, containers } from '@tally/blobs';
import { createFfmpeg } from '@tally/ffmpeg';
import type { Disturbance } from '@tally/testing';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { ChaosSystem } from './chaos-system.ts';
import { graphs } from './plans.ts';
import { runWriteOf } from './run-writes.fixture.ts';
import { readBlobs, readTable } from './storage-view.ts';
import { hasEnded, plannedMedia, plannedOrder, WatchedRun } from './watched-run.fixture.ts';
import { PAST_THE_LEASE_MS, RealWorks } from './works/real-works.fixture.ts';
import type { WorkApp } from './works/works.ts';

let works: RealWorks;
let system: ChaosSystem;
beforeAll(async () => {
  works = await RealWorks.start();
  system = await ChaosSystem.start({ works });
  return async () => {
    await system.stop();
    await works.stop();
  };
}, 180_000);

const HOUR_MS = 3_600_000;

/** The nodes in which a process was killed. */
let struck: string[] = [];
beforeEach(() => {
  struck = [];
});

/**
 * Kills the app when it is about to write a node's first result. The handler's work is done by then, but not
 * recorded.
 */
function killAtEachNode(app: WorkApp): Disturbance {
  let isDead = false;
  return async (request, forward) => {
    const [node] = runWriteOf(request)?.results ?? [];
    // A request that a process had sent before it died.
    if (node !== undefined && isDead) return 'reset';
    if (node === undefined || struck.includes(node)) return await works.follow(request, forward);
    isDead = true;
    struck.push(node);
    await system.lose(app);
    works.forget(app);
    await system.passTime(PAST_THE_LEASE_MS);
    await system.arrange({ intake: 1, aggregate: 1, [app]: 1 }, 0);
    isDead = false;
    return 'reset';
  };
}

const tasksOf = (app: WorkApp, but: readonly string[] = []): string[] =>
  graphs[app].flatMap(({ name, kind }) => (kind === 'task' && !but.includes(name) ? [name] : [])).sort();

async function endsWell(run: WatchedRun): Promise<void> {
  await run.until(hasEnded, HOUR_MS);
  expect(await run.status()).toMatchObject({ runtimeStatus: 'Completed' });
  expect(system.died).toEqual([]);
}

test('an order whose app is killed in each of its nodes has one row, one PDF, one clip, one mail of each kind', async () => {
  await system.arrange({ intake: 1, aggregate: 1, orders: 1 }, 0);
  system.disturb({ storage: killAtEachNode('orders'), face: () => undefined });
  const run = await WatchedRun.startAs(system, plannedOrder('struck'));
  await run.act('approve');
  await endsWell(run);
  expect(struck.toSorted()).toEqual(tasksOf('orders', ['decline']));
  expect((await works.mailsAbout('struck')).map(({ to }) => to.join())).toEqual([
    'boss@example.org',
    'ada@example.org',
  ]);
  expect((await readTable(system.storage, 'orders')).map(({ rowKey }) => rowKey)).toEqual(['struck']);
  expect((await readBlobs(system.storage, containers.runs)).map(({ name }) => basename(name)).sort()).toEqual([
    'order.mp4',
    'order.pdf',
  ]);
});

test('a film whose app is killed in each of its nodes is in the library once, has one row of each kind, and is reported under one id', async () => {
  const store = connectBlobs({ kind: 'connectionString', value: system.storage });
  await store.createContainers([containers.uploads]);
  const film = await createFfmpeg()({
    args: [
      '-f',
      'lavfi',
      '-i',
      'testsrc=size=160x120:rate=10:duration=1',
      '-f',
      'lavfi',
      '-i',
      'sine=duration=1',
      'film.mp4',
    ],
    outputs: ['film.mp4'],
    timeoutMs: 120_000,
  });
  const content = film.outputs.get('film.mp4') ?? new Uint8Array();
  await store.put({ container: containers.uploads, name: 'film.mp4' }, content, {
    contentType: 'video/mp4',
    maxBytes: 2 ** 20,
  });
  await system.arrange({ intake: 1, aggregate: 1, media: 1 }, 0);
  system.disturb({ storage: killAtEachNode('media'), face: () => undefined });
  const run = await WatchedRun.startAs(system, plannedMedia('film'));
  await endsWell(run);
  expect(struck.toSorted()).toEqual(tasksOf('media'));
  expect(await readBlobs(system.storage, containers.library)).toHaveLength(1);
  expect((await readTable(system.storage, 'mediafiles')).map(({ cells }) => cells['run'])).toEqual(['film']);
  expect((await readTable(system.storage, 'mediaaudit')).map(({ cells }) => cells['run'])).toEqual(['film']);
  const ofRun = (await readBlobs(system.storage, containers.runs)).filter(({ name }) => name.includes('film'));
  expect(ofRun.map(({ name }) => basename(name)).sort()).toEqual(['thumbnail.jpg', 'web.mp4']);
  expect(new Set(works.events.map((event) => JSON.stringify(event))).size).toBe(1);
});
