import { workMessageSchema } from '@tally/contracts';
import { expect, test } from 'vitest';
import { controlRun } from '../control/control-run.ts';
import { runToEnd } from '../fixtures/audit.fixture.ts';
import { MemorySystem, SQUARE, squareStage } from '../fixtures/memory-system.fixture.ts';
import { workChunk } from './work-chunk.ts';

test('I5: a delivery whose run has ended during its calls is dropped for the reason that the shard gives', async () => {
  const system = new MemorySystem();
  await system.prepare();
  await system.start(5);
  const [sent] = system.queues.receive(SQUARE, { visibilityMs: 600_000 });
  const message = workMessageSchema.parse(JSON.parse(sent?.text ?? ''));
  const { clock } = system;
  const handled = await workChunk(system.worker(), squareStage, message, async (items, run, signal) => {
    await controlRun(system.worker(), 'run', { verb: 'terminate', reason: null });
    await runToEnd(system);
    // The worker's row of the run is of this very second.
    system.clock = clock;
    return await system.tryItems(items, run, signal);
  });
  expect(handled).toEqual({ kind: 'dropped', reason: 'shard-closed' });
});
