import { expect, test } from 'vitest';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { checkStorage } from './check-storage.ts';

const queues = ['intake', 'square', 'square-small', 'aggregate'].flatMap((name) => [
  `queue ${name}`,
  `queue ${name}-poison`,
]);
const tables = ['table runs', 'table chunks', 'table index', 'table deadletters'];

async function missing(system: MemorySystem): Promise<string[]> {
  return (await checkStorage(system.worker())).map(({ part }) => part);
}

test('a ready account has no unreachable part', async () => {
  const system = new MemorySystem();
  await system.prepare();
  expect(await missing(system)).toEqual([]);
});

test('each table and each queue is checked', async () => {
  const nothing = new MemorySystem();
  expect(await missing(nothing)).toEqual([...tables, ...queues]);
});

test('the error of a part that refuses is reported', async () => {
  const system = new MemorySystem();
  await system.prepare();
  const refusal = new Error('AuthorizationPermissionMismatch');
  const steps = system.worker();
  steps.queues.depth = async () => await Promise.reject(refusal);
  expect(await checkStorage(steps)).toEqual(queues.map((part) => ({ part, error: refusal })));
});
