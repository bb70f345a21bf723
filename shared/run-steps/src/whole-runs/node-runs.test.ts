import { beforeEach, expect, test } from 'vitest';
import { raiseEvent } from '../control/raise-event.ts';
import { PlantSystem, plant, SUM } from '../fixtures/plant.fixture.ts';
import { auditPlant, readRun, runOutAll } from '../fixtures/plant-audit.fixture.ts';

let system: PlantSystem;
beforeEach(async () => {
  system = new PlantSystem();
  await system.prepare();
});

test('a run with every kind of node ends with its output, and calls each handler once', async () => {
  await system.startChain(plant, { n: 1 });
  expect(await raiseEvent(system.worker(), 'run', 'Answer', true)).toBe('accepted');
  await runOutAll(system);
  expect((await readRun(system)).status).toBe('Completed');
  expect(Object.fromEntries(system.calls)).toEqual({
    ...{ save: 1, left: 1, right: 1, join: 1, odd: 1, behind: 1, half: 1, last: 2, tidy: 1 },
  });
  const { status, output, nodes } = await auditPlant(system);
  expect({ status, output }).toEqual({
    status: 'Completed',
    output: { left: 'succeeded', sum: SUM, answer: true, pieces: 3, last: 3 },
  });
  expect(nodes).toMatchObject({ odd: 'succeeded', even: 'skipped', answer: 'succeeded', pause: 'succeeded' });
});
