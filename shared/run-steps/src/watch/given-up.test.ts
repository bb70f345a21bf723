import { UnknownOutcomeError } from '@tally/run-store';
import { beforeEach, describe, expect, test } from 'vitest';
import { servingName } from '../context/serving.ts';
import { controlRun } from '../control/control-run.ts';
import { audit, runToEnd } from '../fixtures/audit.fixture.ts';
import { Crash, MemorySystem, squareStage, squares } from '../fixtures/memory-system.fixture.ts';
import { watchRuns } from './watch-runs.ts';

/**
 * One shard of three chunks. A worker that takes a message of the first chunk notes that it is there, and
 * does nothing more.
 */
const COUNT = 6;
const LOST = [0, 1];

let system: MemorySystem;
/** Messages of the first chunk that were lost with their workers. */
let lost: string[] = [];
beforeEach(async () => {
  lost = [];
  system = await newSystem();
});

async function newSystem(): Promise<MemorySystem> {
  const made = new MemorySystem();
  await made.prepare();
  const send = made.queues.send.bind(made.queues);
  made.queues.send = async (queue, text, delayMs) => {
    if (queue !== 'square' || !text.includes('"chunk":0')) return await send(queue, text, delayMs);
    lost.push(text);
    await made.worker().heartbeat.beat(servingName(squares, 'square', queue));
  };
  return made;
}

async function letters(of = system) {
  const found = [];
  for await (const letter of of.worker().store.listDeadLetters('square')) found.push(letter);
  return found;
}

/** The number of the write that records the items as failed, and of the run's last write. */
async function measure(): Promise<{ givenUp: number; last: number }> {
  const undisturbed = await newSystem();
  let givenUp = 0;
  undisturbed.tables.afterWrite = (number, _table, writes) => {
    const isGivenUp = writes.some((write) => 'row' in write && `${write.row.cells['failures']}`.includes('Poisoned'));
    if (isGivenUp && givenUp === 0) givenUp = number;
  };
  await undisturbed.start(COUNT);
  await runToEnd(undisturbed);
  expect(await letters(undisturbed)).toMatchObject([{ items: LOST, runId: 'run', sourceQueue: 'square' }]);
  return { givenUp, last: undisturbed.tables.writes };
}

const { givenUp, last } = await measure();
const victims = Array.from({ length: last - givenUp + 1 }, (_, place) => givenUp + place);

/** Runs passes of the watchdog, whatever their result, until a condition holds. */
async function watchUntil(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let pass = 0; pass < 400; pass += 1) {
    if (await isSo()) return;
    await system.deliverAll();
    system.clock += 30_000;
    await watchRuns(system.worker());
  }
  throw new Error('it does not come to that');
}

const hasEnded = async () => {
  const { store } = system.worker();
  return (await store.readRun('run')) !== null && (await store.readLive('run')) === null;
};

describe('I6: items that repair gives up have one dead letter', () => {
  const faults: [string, 'beforeWrite' | 'afterWrite', () => Error][] = [
    ['before write %i takes effect', 'beforeWrite', () => new Crash()],
    ['after write %i has taken effect', 'afterWrite', () => new Crash()],
    ['by the lost answer to write %i', 'afterWrite', () => new UnknownOutcomeError('the answer was lost')],
  ];

  for (const [name, when, fault] of faults) {
    test.each(victims)(`even if the watchdog or aggregate is interrupted ${name}`, async (victim) => {
      system.tables[when] = (number) => {
        if (number === victim) throw fault();
      };
      await system.start(COUNT);
      await watchUntil(hasEnded);
      expect(await audit(system)).toMatchObject({ run: { status: 'Completed' }, succeeded: 4, failed: 2 });
      expect(await letters()).toMatchObject([{ items: LOST, runId: 'run' }]);
    });
  }

  test.each(['suspend', 'terminate'] as const)(
    'even if the watchdog dies before it writes the letter, and the run is then to %s',
    async (verb) => {
      let isDead = false;
      system.tables.beforeWrite = (_number, table) => {
        if (table !== 'deadletters' || isDead) return;
        isDead = true;
        throw new Crash();
      };
      await system.start(COUNT);
      await watchUntil(() => isDead);
      expect(await letters()).toEqual([]);
      await controlRun(system.worker(), 'run', { verb, reason: null });
      await system.deliverAll();
      if (verb === 'suspend') await controlRun(system.worker(), 'run', { verb: 'resume', reason: null });
      await watchUntil(hasEnded);
      await audit(system);
      expect(await letters()).toMatchObject([{ items: LOST }]);
    },
  );

  test('even if two watchdogs give them up at once', async () => {
    await system.start(COUNT);
    while (!(await hasEnded())) {
      await system.deliverAll();
      system.clock += 30_000;
      await Promise.all([watchRuns(system.worker()), watchRuns(system.worker())]);
    }
    await audit(system);
    expect(await letters()).toMatchObject([{ items: LOST }]);
  });

  test('and a gated run waits at its gate only once the letter is written', async () => {
    let isDead = false;
    system.tables.beforeWrite = (_number, table) => {
      if (table !== 'deadletters' || isDead) return;
      isDead = true;
      throw new Crash();
    };
    await system.start(COUNT, { gate: { timeoutMs: 10 ** 9, onTimeout: 'fail' } });
    await watchUntil(async () => {
      const run = (await system.worker().store.readRun('run'))?.value;
      return run?.nodes['approval']?.state === 'waiting';
    });
    expect(isDead).toBe(true);
    expect(await letters()).toMatchObject([{ items: LOST }]);
  });

  test('and none if a worker records a result at the last moment', async () => {
    let isDead = false;
    system.tables.beforeWrite = (number) => {
      isDead ||= number === givenUp;
      if (number === givenUp) throw new Crash();
    };
    await system.start(COUNT);
    await watchUntil(() => isDead);
    const steps = system.worker();
    for (const text of lost.slice(-LOST.length)) {
      const delivery = { body: text, messageId: 'late', dequeueCount: 1 };
      await system.handle(steps, squareStage, 'queue', text, delivery);
    }
    await watchUntil(hasEnded);
    expect((await audit(system)).failed).toBe(0);
    expect(await letters()).toEqual([]);
  });
});
