import { UnknownOutcomeError } from '@tally/run-store';
import { beforeEach, describe, expect, test } from 'vitest';
import { audit, pass30Seconds, runToEnd, sumOfSquares } from '../fixtures/audit.fixture.ts';
import { Crash, MemorySystem } from '../fixtures/memory-system.fixture.ts';

/**
 * Writes and sends of a run of this size; each of them fails once below. The run has two shards of two
 * chunks each, and one of one.
 */
const COUNT = 14;

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

/** How many writes and sends an undisturbed run makes, each of which can fail. */
async function measure(): Promise<{ writes: number; sends: number }> {
  const undisturbed = new MemorySystem();
  await undisturbed.prepare();
  let sends = 0;
  undisturbed.beforeSend = () => {
    sends += 1;
  };
  await undisturbed.start(COUNT);
  await undisturbed.deliverAll();
  await audit(undisturbed);
  return { writes: undisturbed.tables.writes, sends };
}

const { writes, sends } = await measure();
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('I1 I6: a run survives a crash', () => {
  test.each(numbers(writes))('before write %i takes effect', async (victim) => {
    system.tables.beforeWrite = (number) => {
      if (number === victim) throw new Crash();
    };
    await survive();
  });
  test.each(numbers(writes))('after write %i has taken effect', async (victim) => {
    system.tables.afterWrite = (number) => {
      if (number === victim) throw new Crash();
    };
    await survive();
  });
  test.each(numbers(sends))('in place of send %i', async (victim) => {
    let number = 0;
    system.beforeSend = () => {
      number += 1;
      if (number === victim) throw new Crash();
    };
    await survive();
  });
});

describe('I1: a commit whose answer is lost counts once', () => {
  test.each(numbers(writes))('write %i', async (victim) => {
    system.tables.afterWrite = (number) => {
      if (number === victim) throw new UnknownOutcomeError('the answer was lost');
    };
    await survive();
  });
});

describe('a start survives a lost answer, and its caller does not notice', () => {
  test.each([3, COUNT])('a run of %i items', async (count) => {
    const before = system.tables.writes;
    await system.start(count);
    const startWrites = system.tables.writes - before;
    expect(startWrites).toBeGreaterThan(3);
    for (const hook of ['beforeWrite', 'afterWrite'] as const) {
      for (let victim = 1; victim <= startWrites; victim += 1) {
        system = new MemorySystem();
        await system.prepare();
        system.tables[hook] = (number) => {
          if (number === victim) throw new UnknownOutcomeError('the answer was lost');
        };
        expect((await system.start(count)).kind).toBe('started');
        await runToEnd(system);
        const { run, sum } = await audit(system);
        expect(run.status).toBe('Completed');
        expect(sum).toBe(sumOfSquares(count));
      }
    }
  });
});

/** Starts a run whatever happens, lets it end, and audits it. */
async function survive(): Promise<void> {
  try {
    await system.start(COUNT);
  } catch {
    // The caller got no 202. Nothing was written, or the run is there anyway, or it is ended after five
    // minutes. Then the caller starts it again.
    const { store } = system.worker();
    if ((await store.readLive('run')) !== null) await runToEnd(system);
    const row = await store.readRun('run');
    if (row === null || row.value.status === 'Failed') await system.start(COUNT);
  }
  await runToEnd(system);
  const { run, sum } = await audit(system);
  expect(run.status).toBe('Completed');
  expect(sum).toBe(sumOfSquares(COUNT));
}

describe('I2: messages are permits', () => {
  test.each(numbers(sends))('a run that loses message %i ends with the same result', async (victim) => {
    const send = system.queues.send.bind(system.queues);
    let number = 0;
    system.queues.send = async (queue, text, delayMs) => {
      number += 1;
      if (number !== victim) await send(queue, text, delayMs);
    };
    await survive();
  });
  test.each(numbers(sends))(
    'a run that gets message %i twice ends with the same result, and counts no item twice',
    async (victim) => {
      const send = system.queues.send.bind(system.queues);
      let number = 0;
      system.queues.send = async (queue, text, delayMs) => {
        number += 1;
        await send(queue, text, delayMs);
        if (number === victim) await send(queue, text, delayMs);
      };
      await survive();
    },
  );
  test('a run that gets all messages twice ends with the same result', async () => {
    const send = system.queues.send.bind(system.queues);
    system.queues.send = async (queue, text, delayMs) => {
      await send(queue, text, delayMs);
      await send(queue, text, delayMs);
    };
    await survive();
  });
});

test('I4: a duplicate of a work message starts no second chain of messages', async () => {
  const send = system.queues.send.bind(system.queues);
  let sent = 0;
  system.queues.send = async (queue, text, delayMs) => {
    sent += 1;
    // The first work message; the one before it is the dispatch.
    const isFirstWork = sent === 2;
    await send(queue, text, delayMs);
    if (isFirstWork) await send(queue, text, delayMs);
  };
  await system.start(COUNT);
  await system.deliverAll();
  await audit(system);
  // The duplicate sends its own claim once more, because it can't know that its twin has sent it. The
  // delivery of that message claims and sends nothing. Only if it finds the shard finished does it send that
  // once more.
  expect(sent).toBeLessThanOrEqual(sends + 2);
});

test('two watchdogs at once do no harm', async () => {
  await system.start(COUNT);
  const lost = system.queues.receive('intake', { visibilityMs: 10 ** 9 });
  expect(lost).toHaveLength(1);
  for (let pass = 0; pass < 10; pass += 1) {
    await Promise.all([pass30Seconds(system), pass30Seconds(system)]);
    await system.deliverAll();
  }
  await runToEnd(system);
  expect((await audit(system)).sum).toBe(sumOfSquares(COUNT));
});

test('I6: a start that stopped before its run row is ended, and its id can be used again', async () => {
  system.tables.beforeWrite = (number) => {
    if (number === 2) throw new Crash();
  };
  await expect(system.start(3)).rejects.toThrow(Crash);
  expect(await system.worker().store.readRun('run')).toBeNull();
  await runToEnd(system);
  const { run } = await audit(system);
  expect(run).toMatchObject({ status: 'Failed', error: { code: 'IntakeInterrupted' } });
  await system.start(3);
  await runToEnd(system);
  expect((await audit(system)).run.status).toBe('Completed');
});
