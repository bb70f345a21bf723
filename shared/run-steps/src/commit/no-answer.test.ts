import { UnknownOutcomeError } from '@tally/run-store';
import { beforeEach, expect, test } from 'vitest';
import { controlRun } from '../control/control-run.ts';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';

let system: MemorySystem;
/** The pauses between all tries, in milliseconds. */
let pauses: number[] = [];
beforeEach(async () => {
  pauses = [];
  system = new MemorySystem();
  await system.prepare();
  system.tables.pause = async (ms) => {
    pauses.push(ms);
  };
});
const noAnswer = () => {
  throw new UnknownOutcomeError('503');
};

test('a start whose writes get no answer pauses between tries, and gives up', async () => {
  system.tables.beforeWrite = (_number, table) => {
    if (table === 'runs') noAnswer();
  };
  await expect(system.start(3)).rejects.toThrow('503');
  expect(pauses).toHaveLength(9);
});

test('so does a change of a run', async () => {
  await system.start(3);
  system.tables.beforeWrite = noAnswer;
  const suspended = controlRun(system.worker(), 'run', { verb: 'suspend', reason: null });
  await expect(suspended).rejects.toThrow('503');
  expect(pauses).toHaveLength(9);
});
