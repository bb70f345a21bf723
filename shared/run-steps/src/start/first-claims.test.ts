import { DISPATCH_QUEUE, dispatchMessageSchema } from '@tally/contracts';
import { expect, test } from 'vitest';
import { audit, runToEnd, sumOfSquares } from '../fixtures/audit.fixture.ts';
import { MemorySystem, SQUARE } from '../fixtures/memory-system.fixture.ts';
import { countsOfRun, readNodeCounts } from '../read/read-counts.ts';

/** Four shards of two chunks. */
const ITEMS = 24;

async function startedSystem(startSends: number, window: number): Promise<MemorySystem> {
  const system = new MemorySystem();
  system.startSends = startSends;
  await system.prepare();
  await system.start(ITEMS, { options: { tolerance: {}, window } });
  return system;
}

const dispatched = ({ queues }: MemorySystem) =>
  queues
    .receive(DISPATCH_QUEUE, { visibilityMs: 1 })
    .map(({ text }) => dispatchMessageSchema.parse(JSON.parse(text)).shards);

test.each([
  { startSends: 0, sent: 2, shards: [[1, 2, 3]] },
  { startSends: 3, sent: 2, shards: [[1, 2, 3]] },
  { startSends: 4, sent: 4, shards: [[2, 3]] },
  { startSends: 7, sent: 6, shards: [[3]] },
  { startSends: 8, sent: 8, shards: [] },
])(
  'a start that sends $startSends messages sends $sent of 8, and the rest is dispatched',
  async ({ startSends, sent, shards }) => {
    const system = await startedSystem(startSends, ITEMS);
    expect(await system.queues.depth(SQUARE)).toBe(sent);
    expect(dispatched(system)).toEqual(shards);
  },
);

test.each([0, 2, 64])(
  'I3: after a start that sends up to %i messages no more is out than the window holds, and every item is tried once',
  async (startSends) => {
    const system = await startedSystem(startSends, 7);
    const steps = system.worker();
    do {
      const run = (await steps.store.readRun('run'))?.value;
      if (run === undefined) throw new Error('the run is gone');
      expect(countsOfRun(run, await readNodeCounts(steps, run)).inFlight).toBeLessThanOrEqual(7);
    } while (await system.deliverOne(steps));
    const { run } = await audit(system);
    expect(run).toMatchObject({ status: 'Completed', output: { sum: sumOfSquares(ITEMS), succeeded: ITEMS } });
    expect([...system.tries.values()]).toEqual(Array.from({ length: ITEMS }, () => 1));
  },
);

test('I4: what a start has claimed but not sent is sent by the watchdog', async () => {
  const system = new MemorySystem();
  system.startSends = 64;
  await system.prepare();
  let sent = 0;
  system.beforeSend = () => {
    sent += 1;
    if (sent > 3) throw new Error('the process has ended');
  };
  const start = system.start(ITEMS, { options: { tolerance: {}, window: ITEMS } });
  await expect(start).rejects.toThrow('the process has ended');
  system.beforeSend = () => {};
  await runToEnd(system);
  const { run } = await audit(system);
  expect(run).toMatchObject({ status: 'Completed', output: { succeeded: ITEMS } });
  expect([...system.tries.values()]).toEqual(Array.from({ length: ITEMS }, () => 1));
});
