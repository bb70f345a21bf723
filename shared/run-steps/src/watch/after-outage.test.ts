import { isTerminal } from '@tally/contracts';
import { expect, test } from 'vitest';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { watchRuns } from './watch-runs.ts';

const PASS_MS = 30_000;
/** The watchdog's passes in two minutes. */
const PASSES = 4;

/**
 * A run of one shard that lost all messages but one with their workers. The worker of the remaining one
 * stands still for this long.
 */
async function outage(system: MemorySystem, frozenMs: number): Promise<void> {
  await system.prepare();
  await system.start(6);
  while (system.queues.texts('square').length < 2) expect(await system.deliverOne()).toBe(true);
  const [survivor, ...lost] = system.queues.receive('square', { visibilityMs: 10 ** 9, max: 32 });
  expect(lost.length).toBeGreaterThan(0);
  if (survivor === undefined) throw new Error('nothing was sent');
  await system.queues.send('square', survivor.text);
  const { attempt } = system;
  system.attempt = (...tried) => {
    system.clock += frozenMs;
    system.attempt = attempt;
    return attempt(...tried);
  };
}

test('after a freeze of ninety seconds in which workers died, all work continues within two minutes: the freeze does not count as work', async () => {
  const system = new MemorySystem();
  await outage(system, 90_000);
  await system.deliverAll();
  const statusOf = async () => (await system.worker().store.readRun('run'))?.value.status ?? 'Pending';
  for (let pass = 0; pass < PASSES && !isTerminal(await statusOf()); pass += 1) {
    system.clock += PASS_MS;
    await watchRuns(system.worker());
    await system.deliverAll();
  }
  expect(await statusOf()).toBe('Completed');
});
