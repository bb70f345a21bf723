import { UnknownOutcomeError } from '@tally/run-store';
import { beforeEach, describe, expect, test } from 'vitest';
import { raiseEvent } from '../control/raise-event.ts';
import { Crash } from '../fixtures/memory-system.fixture.ts';
import { PlantSystem, plant } from '../fixtures/plant.fixture.ts';
import { auditPlant, runOutAll } from '../fixtures/plant-audit.fixture.ts';

/** The outcomes of a run's handlers. */
const scenarios: { readonly name: string; readonly instead: PlantSystem['instead'] }[] = [
  { name: 'a run that completes', instead: () => undefined },
  {
    name: 'a run that fails in the middle, and runs its closing nodes',
    instead: ({ node }) =>
      node === 'behind' ? { kind: 'failed', error: { code: 'Broken', message: 'no' } } : undefined,
  },
  {
    name: 'a run with retries, a tolerated failure, and an end by its last task',
    instead: ({ node, attempt }) => {
      const error = { code: 'Busy', message: 'later' };
      if (node === 'left' || (node === 'right' && attempt === 1)) return { kind: 'retry', error, retryAfterMs: 0 };
      return node === 'last' ? { kind: 'run-failed', error: { code: 'Hopeless', message: 'no' } } : undefined;
    },
  },
];

async function prepared(instead: PlantSystem['instead']): Promise<PlantSystem> {
  const system = new PlantSystem();
  await system.prepare();
  system.instead = instead;
  return system;
}

/**
 * Places of faults: one in three for the first scenario, one in eight for the others, which mostly take the
 * same path. `EVERY=1` takes every place. Each kind of fault begins at a place of its own, so that together
 * they cover more of them.
 */
const places = (count: number, scenario: number, kind: number) => {
  const every = Number(process.env['EVERY'] ?? (scenario === 0 ? 3 : 8));
  return Array.from({ length: count }, (_, index) => index + 1).filter((place) => (place + kind) % every === 0);
};

for (const [scenario, { name, instead }] of scenarios.entries()) {
  /** How many writes and sends an undisturbed run makes, and how it ends. */
  const twin = await prepared(instead);
  let sends = 0;
  twin.beforeSend = () => {
    sends += 1;
  };
  await start(twin);
  await runOutAll(twin);
  const { writes } = twin.tables;
  const undisturbed = await auditPlant(twin);

  describe(name, () => {
    let system: PlantSystem;
    beforeEach(async () => {
      system = await prepared(instead);
    });

    async function survive(): Promise<void> {
      await start(system);
      await runOutAll(system);
      expect(await auditPlant(system)).toEqual(undisturbed);
    }

    test.each(places(writes, scenario, 0))('survives a crash before write %i takes effect', async (victim) => {
      system.tables.beforeWrite = (number) => {
        if (number === victim) throw new Crash();
      };
      await survive();
    });
    test.each(places(writes, scenario, 1))('survives a crash after write %i has taken effect', async (victim) => {
      system.tables.afterWrite = (number) => {
        if (number === victim) throw new Crash();
      };
      await survive();
    });
    test.each(places(writes, scenario, 2))('survives a lost answer to write %i', async (victim) => {
      system.tables.afterWrite = (number) => {
        if (number === victim) throw new UnknownOutcomeError('the answer was lost');
      };
      await survive();
    });
    test.each(places(sends, scenario, 3))('survives a crash in place of send %i', async (victim) => {
      let number = 0;
      system.beforeSend = () => {
        number += 1;
        if (number === victim) throw new Crash();
      };
      await survive();
    });
    test.each(places(sends, scenario, 4))('I2: tolerates message %i lost or delivered twice', async (victim) => {
      for (const copies of [0, 2]) {
        system = await prepared(instead);
        const send = system.queues.send.bind(system.queues);
        let number = 0;
        system.queues.send = async (...message) => {
          number += 1;
          for (let copy = 0; copy < (number === victim ? copies : 1); copy += 1) await send(...message);
        };
        await survive();
      }
    });
    test('tolerates that all messages are delivered twice', async () => {
      const send = system.queues.send.bind(system.queues);
      system.queues.send = async (...message) => {
        await send(...message);
        await send(...message);
      };
      await survive();
    });
  });
}

/** Starts the run and answers it early, whatever happens. */
async function start(system: PlantSystem): Promise<void> {
  await insist(system, async () => {
    const row = await system.worker().store.readRun('run');
    const isThere = row !== null && !('error' in row.value && row.value.error.code === 'IntakeInterrupted');
    if (!isThere) await system.startChain(plant, { n: 1 });
  });
  await insist(system, async () => {
    await raiseEvent(system.worker(), 'run', 'Answer', true);
  });
}

/** Acts as a caller that got no answer: it asks again once what it left is tidied up. */
async function insist(system: PlantSystem, ask: () => Promise<void>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof Crash) && !(error instanceof UnknownOutcomeError)) throw error;
    const { store } = system.worker();
    if ((await store.readRun('run')) === null && (await store.readLive('run')) !== null) await runOutAll(system);
    await ask();
  }
}
