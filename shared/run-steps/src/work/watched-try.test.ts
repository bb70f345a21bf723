import { taskMessageSchema, workMessageSchema } from '@tally/contracts';
import { UnknownOutcomeError } from '@tally/run-store';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { changeRun } from '../commit/change-run.ts';
import type { StepContext } from '../context/context.ts';
import { stagesOfNode } from '../context/registry.ts';
import { controlRun } from '../control/control-run.ts';
import { MemorySystem, SQUARE, squareStage } from '../fixtures/memory-system.fixture.ts';
import { PlantSystem, plant } from '../fixtures/plant.fixture.ts';
import { workChunk } from './work-chunk.ts';
import { workTask } from './work-task.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

test('a delivery logs only once that the run row cannot be read while its items are tried', async () => {
  const system = new MemorySystem();
  await system.prepare();
  await system.start(5);
  const [sent] = system.queues.receive(SQUARE, { visibilityMs: 600_000 });
  const message = workMessageSchema.parse(JSON.parse(sent?.text ?? ''));
  const warn = vi.fn();
  const steps = { ...system.worker(), log: { info: () => {}, warn } };
  const readRun = steps.store.readRun.bind(steps.store);
  const handled = await workChunk(steps, squareStage, message, async (items, run, signal) => {
    steps.store.readRun = async () => await Promise.reject(new UnknownOutcomeError('the storage is down'));
    system.clock += 10_000;
    await vi.advanceTimersByTimeAsync(10_000);
    steps.store.readRun = readRun;
    return await system.tryItems(items, run, signal);
  });
  expect(handled).toEqual({ kind: 'done' });
  expect(warn).toHaveBeenCalledOnce();
});

/** Whether the calls of a delivery are told to end within two seconds after a sudden change of their run. */
async function areCallsEnded(happens: (steps: StepContext) => Promise<void>): Promise<boolean> {
  const system = new MemorySystem();
  await system.prepare();
  await system.start(5);
  const [sent] = system.queues.receive(SQUARE, { visibilityMs: 600_000 });
  const message = workMessageSchema.parse(JSON.parse(sent?.text ?? ''));
  let isEnded = false;
  await workChunk(system.worker(), squareStage, message, async (items, run, signal) => {
    await happens(system.worker());
    expect((await system.worker().runs.fresh('run'))?.status).toBe('Running');
    system.clock += 2_000;
    await vi.advanceTimersByTimeAsync(2_000);
    isEnded = signal.aborted;
    return isEnded ? new Map() : await system.tryItems(items, run, signal);
  });
  return isEnded;
}

test("I3: a rewind aborts earlier calls, even if no look fell between the run's end and its rewind", async () => {
  const failAndRewind = async (steps: StepContext) => {
    await changeRun(steps, 'run', null, { type: 'fail', failure: { code: 'Odd', message: 'is odd' } });
    await controlRun(steps, 'run', { verb: 'rewind', reason: null });
  };
  expect(await areCallsEnded(failAndRewind)).toBe(true);
});

test('a suspension and a resume do not abort running calls', async () => {
  const suspendAndResume = async (steps: StepContext) => {
    for (const verb of ['suspend', 'resume'] as const) await controlRun(steps, 'run', { verb, reason: null });
  };
  expect(await areCallsEnded(suspendAndResume)).toBe(false);
});

test('I9: a task is not aborted because of a row that its process has read before the task was opened', async () => {
  const system = new PlantSystem();
  await system.prepare();
  const steps = system.worker();
  await system.startChain(plant, { n: 1 });
  expect((await steps.runs.fresh('run'))?.nodes['left']?.state).toBeUndefined();
  await system.deliverOne();
  const [stage] = stagesOfNode(plant, 'left');
  const [sent] = system.queues.receive(stage.name, { visibilityMs: 600_000 });
  const message = taskMessageSchema.parse(JSON.parse(sent?.text ?? ''));
  const handled = await workTask(steps, stage, message, async (_work, signal) => {
    system.clock += 500;
    await vi.advanceTimersByTimeAsync(500);
    return signal.aborted ? null : { kind: 'succeeded', result: { n: 2 } };
  });
  expect(handled).toEqual({ kind: 'done' });
  expect((await steps.runs.fresh('run'))?.nodes['left']).toMatchObject({ state: 'ended', outcome: 'succeeded' });
});
