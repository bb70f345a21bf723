import { type StubbedSystem, startStubbedSystem } from '@tally/test-system';
import { waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import { depth, put, readCells } from './rows.fixture.ts';

let system: StubbedSystem;
beforeAll(async () => {
  // Shortens the host's ten minutes and the pause between two deliveries.
  const env = {
    TALLY_HOST_LEASE_SECONDS: '2',
    AzureFunctionsJobHost__extensions__queues__visibilityTimeout: '00:00:00',
  };
  system = await startStubbedSystem({ env });
  return () => system.stop();
}, 180_000);

test('I6: a message that crashes the Functions library before it reaches our code becomes a dead letter', async () => {
  const nested = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
  for (const queue of ['intake', 'detect', 'aggregate']) await put(system.storage, queue, nested);
  const letters = await waitUntil(
    async () => {
      const cells = await readCells(system.storage, 'deadletters');
      const reasons = cells.filter(({ column }) => column === 'reason').map(({ text }) => text);
      return reasons.length >= 3 ? reasons : null;
    },
    { describe: 'the watchdog has kept all three', hangGuardMs: 110_000 },
  );
  // Kept by the watchdog: the functions of the queues were never reached.
  for (const reason of letters) expect(reason).toContain('in the poison queue too: ');
  expect(system.log()).toContain('Maximum call stack size exceeded');
  const bodies = (await readCells(system.storage, 'deadletters')).filter(({ column }) => column === 'body');
  expect(bodies.map(({ text }) => text)).toEqual([nested, nested, nested]);
  // A message is deleted after its letter was kept.
  for (const queue of ['intake', 'detect', 'aggregate'])
    await waitUntil(
      async () => (await depth(system.storage, queue)) + (await depth(system.storage, `${queue}-poison`)) === 0,
      { describe: `${queue} and its poison queue are empty` },
    );
});
