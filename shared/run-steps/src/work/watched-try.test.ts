import { messageSchemasOf } from '@tally/chain';
import { UnknownOutcomeError } from '@tally/run-store';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MemorySystem, squares } from '../fixtures/memory-system.fixture.ts';
import { workChunk } from './work-chunk.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

test('a delivery says once that the run row can not be read while its items are tried, however long that lasts', async () => {
  const system = new MemorySystem();
  await system.prepare();
  await system.start(3);
  const [sent] = system.queues.receive(squares.work.name, { visibilityMs: 600_000 });
  const message = messageSchemasOf(squares).work.parse(JSON.parse(sent?.text ?? ''));
  const warn = vi.fn();
  const steps = { ...system.worker(), log: { info: () => {}, warn } };
  const readRun = steps.store.readRun.bind(steps.store);
  const handled = await workChunk(steps, message, async (items, run, signal) => {
    steps.store.readRun = async () => await Promise.reject(new UnknownOutcomeError('the storage is down'));
    system.clock += 10_000;
    await vi.advanceTimersByTimeAsync(10_000);
    steps.store.readRun = readRun;
    return await system.tryItems(items, run, signal);
  });
  expect(handled).toEqual({ kind: 'done' });
  expect(warn).toHaveBeenCalledOnce();
});
