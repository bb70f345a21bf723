import { beforeAll, beforeEach, expect, test } from 'vitest';
import { ChaosSystem } from './chaos-system.ts';
import { REFUSED } from './plans.ts';
import { Race } from './race.fixture.ts';
import { readTable } from './storage-view.ts';
import { hasEnded, isAt, plannedOrder, WatchedRun } from './watched-run.fixture.ts';
import type { Behaviour, Respond } from './works/recorder.ts';

let system: ChaosSystem;
beforeAll(async () => {
  system = await ChaosSystem.start();
  await system.arrange({ intake: 2, aggregate: 1, orders: 2 }, 0);
  return () => system.stop();
}, 180_000);
beforeEach(() => system.disturb(null));

const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;
const names = (prefix: string): string[] => Array.from({ length: 8 }, (_, number) => `${prefix}-${number}`);

function onWork(work: Respond): void {
  system.disturb({ storage: async (_, forward) => await forward(), face: () => undefined, work });
}

async function expectWhole(runs: readonly WatchedRun[]): Promise<void> {
  for (const run of runs) await run.until(hasEnded, DAY_MS);
  expect(await system.quiet()).toBe(true);
  for (const run of runs) expect(await run.audit()).toEqual([]);
  expect(system.recorder.faults).toEqual([]);
}

test('if both files of an order end at the same time, it continues once, and neither is made again', async () => {
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  onWork(async ({ runId, node }): Promise<Behaviour> => {
    if (node !== 'pdf' && node !== 'video') return 'do';
    const other = waiting.get(runId);
    if (other === undefined) {
      const mine = Promise.withResolvers<void>();
      waiting.set(runId, mine);
      await mine.promise;
    } else other.resolve();
    return 'do';
  });
  const runs = await Promise.all(names('both').map((id) => WatchedRun.startAs(system, plannedOrder(id))));
  for (const run of runs) await run.until(isAt('approval', 'waiting'), DAY_MS);
  for (const run of runs) {
    for (const node of ['pdf', 'video', 'ask'])
      expect(run.effects(node).map(({ answers }) => answers)).toEqual([['do']]);
    await run.act('approve');
  }
  await expectWhole(runs);
  for (const run of runs) expect(await run.status()).toMatchObject({ output: { decision: 'Approved' } });
});

test.each(['event', 'time-out'] as const)(
  'if an approval and its time-out are decided on the same rows, the %s is written first and counts, and the customer gets only its mail',
  async (winner) => {
    const runs = await Promise.all(
      names(`late-${winner}`).map((id) => WatchedRun.startAs(system, plannedOrder(id, '1m'))),
    );
    for (const run of runs) await run.until(isAt('approval', 'waiting'), MINUTE_MS);
    const race = new Race(winner);
    system.disturb({ storage: race.disturb, face: () => undefined });
    const raised = runs.map((run) => run.act('approve').catch(() => {}));
    await Promise.all(runs.map(({ id }) => race.came(id, 'event')));
    await system.passTime(MINUTE_MS);
    await Promise.all(raised);
    await expectWhole(runs);
    const [decision, mail, none] =
      winner === 'event' ? (['Approved', 'email', 'decline'] as const) : (['TimedOut', 'decline', 'email'] as const);
    for (const run of runs) {
      expect(await run.status()).toMatchObject({ output: { decision } });
      expect(run.effects(mail).map(({ answers }) => answers)).toEqual([['do']]);
      expect(run.effects(none)).toEqual([]);
    }
  },
);

test('an order that is started twice at once is processed once', async () => {
  const plans = names('twice').map((id) => plannedOrder(id));
  const runs = await Promise.all(
    plans.map(async (plan) => {
      const [run] = await Promise.allSettled([WatchedRun.startAs(system, plan), WatchedRun.startAs(system, plan)]).then(
        (tried) => tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
      );
      if (run === undefined) throw new Error(`neither start of ${plan.id} was accepted`);
      return run;
    }),
  );
  for (const run of runs) await run.until(isAt('approval', 'waiting'), MINUTE_MS);
  for (const run of runs) await run.act('reject');
  await expectWhole(runs);
  for (const run of runs) for (const node of ['save', 'ask', 'decline']) expect(run.effects(node)).toHaveLength(1);
});

test('an order whose mail fails is reported to the shop; a rewind sends the mail and repeats nothing before it', async () => {
  let isDown = true;
  onWork(({ node }) => (isDown && node === 'email' ? { fatal: REFUSED } : 'do'));
  const run = await WatchedRun.startAs(system, plannedOrder('down'));
  await run.act('approve');
  await run.until(hasEnded, DAY_MS);
  expect((await run.status()).runtimeStatus).toBe('Failed');
  expect(run.effects('alert')).toHaveLength(1);
  expect(await system.quiet()).toBe(true);
  isDown = false;
  await run.act('rewind');
  await expectWhole([run]);
  expect(await run.status()).toMatchObject({ runtimeStatus: 'Completed', output: { decision: 'Approved' } });
  for (const node of ['save', 'pdf', 'video', 'ask', 'alert'])
    expect(run.effects(node).map(({ answers }) => answers)).toEqual([['do']]);
  expect(run.effects('email').map(({ answers }) => answers)).toEqual([[{ fatal: REFUSED }, 'do']]);
});

test('a task that kills its worker every time ends as Poisoned, with a dead letter, and the order continues without its file', async () => {
  let kills = Promise.resolve();
  let count = 0;
  onWork(({ node, pid }) => {
    if (node !== 'video') return 'do';
    count += 1;
    kills = kills.then(async () => {
      const place = system.placeOf('orders', pid);
      if (place >= 0) await system.kill('orders', place);
    });
    return 'hang';
  });
  const run = await WatchedRun.startAs(system, plannedOrder('killer'));
  await run.act('approve');
  // Each further send is waited for twice as long.
  await run.until(hasEnded, DAY_MS, async () => 10 * MINUTE_MS);
  await kills;
  expect(count).toBeGreaterThanOrEqual(3);
  expect(await run.status()).toMatchObject({
    runtimeStatus: 'Completed',
    output: { files: { video: null }, missing: [{ file: 'video', code: 'Poisoned' }] },
  });
  await expectWhole([run]);
  const letters = await readTable(system.storage, 'deadletters');
  expect(letters.map(({ cells }) => cells['runId'])).toContain('killer');
});
