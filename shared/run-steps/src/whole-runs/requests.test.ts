import { defineChain } from '@tally/chain';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { raiseEvent } from '../control/raise-event.ts';
import { PlantSystem } from '../fixtures/plant.fixture.ts';
import { readRun } from '../fixtures/plant-audit.fixture.ts';

const ok = z.object({ n: z.number() });

/** The steps of an order, with handlers that do nothing. */
const order = defineChain({ name: 'order', version: 1, app: 'orders', input: ok })
  .task('save', { result: ok })
  .task('pdf', { after: ['save'], result: ok })
  .task('video', { after: ['save'], result: ok })
  .wait('approval', { after: ['pdf', 'video'], event: 'Approval', payload: z.boolean(), timeout: '30m' })
  .task('email', { after: ['approval'], result: ok })
  .output(({ email }) => email.output).definition;

/** As many as a Durable Functions app takes for the same, beside the looks at queues. */
const MOST = 36;

test('a workflow of four tasks and an event stays within its budget of storage requests', async () => {
  const system = new PlantSystem([order]);
  await system.prepare();
  const steps = system.worker();
  // The heartbeat writes twice a minute, whatever is done.
  steps.heartbeat.beat = async () => {};
  const { requests } = system.tables;
  system.beforeSend = (queue) => requests.push(`send to queue ${queue}`);
  requests.length = 0;
  await system.startChain(order, { n: 1 }, {}, steps);
  await raiseEvent(steps, 'run', 'Approval', true);
  await system.deliverAll(steps);
  expect((await readRun(system)).status).toBe('Completed');
  expect(await steps.store.readLive('run')).toBeNull();
  const taken = requests.slice(0, -2); // without the two looks of this test
  const lines = taken.map((line, place) => `${place + 1} ${line}`).join('\n');
  expect(taken.length, lines).toBeLessThanOrEqual(MOST);
  if (process.env['TALLY_PRINT_REQUESTS'] !== undefined) console.log(lines);
});
