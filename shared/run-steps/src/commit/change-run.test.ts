import { expect, test } from 'vitest';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { changeRun } from './change-run.ts';

test('a decision uses the time before its event was made: a slow read does not make a punctual event late', async () => {
  const system = new MemorySystem();
  await system.prepare();
  await system.start(1, { gate: { timeoutMs: 600_000, onTimeout: 'fail' } });
  await system.deliverAll();
  const worker = system.worker();
  const { generation } = (await worker.store.readRun('run'))?.value ?? { generation: '' };
  const looked = await changeRun(worker, 'run', generation, async () => {
    system.clock += 600_000;
    return { type: 'look' };
  });
  expect(looked).toMatchObject({ run: { status: 'Running', nodes: { approval: { state: 'waiting' } } } });
  expect(await changeRun(worker, 'run', generation, { type: 'look' })).toMatchObject({ run: { status: 'Failed' } });
});
