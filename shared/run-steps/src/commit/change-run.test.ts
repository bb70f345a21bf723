import { expect, test } from 'vitest';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { changeRun } from './change-run.ts';

test('the time of a decision is that before its event was made: a slow read of what came in time can not make it late', async () => {
  const system = new MemorySystem();
  await system.prepare();
  const gate = { event: 'Approval', timeoutMs: 600_000, onTimeout: 'fail' } as const;
  await system.start(1, { options: { tolerance: {}, gate } });
  await system.deliverAll();
  const worker = system.worker();
  const { gen } = (await worker.store.readRun('run'))?.value ?? { gen: '' };
  const settled = await changeRun(worker, 'run', gen, async () => {
    const markers = await worker.store.readMarkers('run');
    system.clock += 600_000; // the event's row is read now, and was not there; it may come before the gate's time is over
    return { type: 'settle', markers, verdict: null };
  });
  expect(settled).toMatchObject({ run: { status: 'Running', gate: { state: 'waiting' } } });
});
