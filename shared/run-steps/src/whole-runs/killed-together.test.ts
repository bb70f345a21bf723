import type { ChainDefinition } from '@tally/chain';
import { isTerminal } from '@tally/contracts';
import { expect, test } from 'vitest';
import { audit } from '../fixtures/audit.fixture.ts';
import { MemorySystem, squares } from '../fixtures/memory-system.fixture.ts';
import { HostOfMortalWorker } from '../fixtures/mortal-worker.fixture.ts';

const ITEMS = 41;
const BAD = 17;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The chain of squares with the numbers of the first one: each chunk holds one item, and all are out at once.
 */
const singles: ChainDefinition = {
  ...squares,
  nodes: squares.nodes.map((node) =>
    node.kind === 'map'
      ? { ...node, windowItems: 2_048, sizing: { ...node.sizing, spread: 64, minShardItems: 1_024 } }
      : node,
  ),
  apps: {
    squarer: {
      batchSize: 16,
      newBatchThreshold: 8,
      maxPollingIntervalMs: 2_000,
      retryDelaySeconds: 10,
      maxDequeueCount: 5,
    },
  },
};

/** @returns what became of the run, and after how many minutes it had ended */
async function runBeside(chance: number) {
  const system = new MemorySystem([singles]);
  await system.prepare();
  // A different sequence of chance: tokens decide when single items come.
  const steps = system.worker();
  for (let taken = 0; taken < chance * 1_000; taken += 1) steps.chance();
  await system.startChain(singles, { numbers: Array.from({ length: ITEMS }, (_, index) => index) });
  const host = new HostOfMortalWorker(system, singles, ({ chunk }) => chunk === BAD);
  const begunAt = system.clock;
  const reader = system.worker();
  for (;;) {
    await host.tick();
    const run = (await reader.runs.get('run')) ?? null;
    if (run !== null && isTerminal(run.status)) break;
    if (system.clock - begunAt > 2 * HOUR_MS) throw new Error('the run does not end');
  }
  const minutes = (system.clock - begunAt) / MINUTE_MS;
  while ((await reader.store.readLive('run')) !== null) await host.tick();
  return { system, minutes, deaths: host.deaths };
}

test.each([0, 1, 2, 3])(
  'I6: an item that kills its worker each time fails alone within half an hour, although the others died with it five times (%i)',
  async (chance) => {
    const { system, minutes, deaths } = await runBeside(chance);
    const { run, succeeded, failed } = await audit(system);
    expect({ status: run.status, succeeded, failed }).toEqual({ status: 'Completed', succeeded: ITEMS - 1, failed: 1 });
    expect(deaths).toBe(15);
    expect(minutes).toBeLessThan(30);
    const letters = [];
    for await (const letter of system.worker().store.listDeadLetters('square-small')) letters.push(letter);
    expect(letters).toMatchObject([{ items: [BAD], runId: 'run' }]);
  },
);
