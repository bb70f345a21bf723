import { workMessageSchema } from '@tally/contracts';
import type { TryOutcome } from '@tally/run-state';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { audit, runToEnd } from '../fixtures/audit.fixture.ts';
import { MemorySystem, SQUARE, squareStage } from '../fixtures/memory-system.fixture.ts';
import { DELIVERY_MS, type TryItems, workChunk } from './work-chunk.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Tries the first of its items, then waits for a place for the others until the delivery ends. */
const slow =
  (system: MemorySystem): TryItems =>
  async (items, { until }) => {
    const [item] = items;
    if (item === undefined) throw new Error('nothing is to be tried');
    system.clock += DELIVERY_MS;
    await vi.advanceTimersByTimeAsync(DELIVERY_MS);
    expect(until.aborted).toBe(true);
    const outcome: TryOutcome = { kind: 'succeeded', result: item.index * item.index, durationMs: 1 };
    return new Map([[item.index, outcome]]);
  };

test('I3 I4: a delivery that has used up its time commits its results, and its claim continues with the rest until all is done', async () => {
  const system = new MemorySystem();
  await system.prepare();
  await system.start(6);
  let deliveries = 0;
  for (;;) {
    const [sent] = system.queues.receive(SQUARE, { visibilityMs: 10 ** 9 });
    if (sent === undefined) break;
    deliveries += 1;
    const message = workMessageSchema.parse(JSON.parse(sent.text));
    expect(await workChunk(system.worker(), squareStage, message, slow(system))).toEqual({ kind: 'done' });
    system.queues.delete(SQUARE, sent);
  }
  // One for each delivery: no more, and none twice.
  expect(deliveries).toBe(6);
  vi.useRealTimers();
  await runToEnd(system);
  expect(await audit(system)).toMatchObject({ run: { status: 'Completed' }, succeeded: 6, failed: 0 });
});

test('a delivery that ends earlier leaves no timer', async () => {
  const system = new MemorySystem();
  await system.prepare();
  await system.start(5);
  const [sent] = system.queues.receive(SQUARE, { visibilityMs: 10 ** 9 });
  const message = workMessageSchema.parse(JSON.parse(sent?.text ?? ''));
  await workChunk(system.worker(), squareStage, message, system.tryItems);
  expect(vi.getTimerCount()).toBe(0);
});
