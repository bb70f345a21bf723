import type { MapDefinition } from '@tally/chain';
import type { Json } from '@tally/contracts';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { audit, runToEnd } from '../fixtures/audit.fixture.ts';
import { FIRST_ROUND, MemorySystem, squareShards, squares } from '../fixtures/memory-system.fixture.ts';

const COUNT = 14;
/** An item in a chunk of three. */
const ODD = 4;

type Add = MapDefinition['fold']['add'];

/** Runs a chain whose fold adds with this function, to its end. */
async function runWith(add: Add): Promise<MemorySystem> {
  const nodes = squares.nodes.map((node) => (node.kind === 'map' ? { ...node, fold: { ...node.fold, add } } : node));
  const chain = { ...squares, nodes };
  const system = new MemorySystem([chain]);
  await system.prepare();
  await system.startChain(chain, { numbers: Array.from({ length: COUNT }, (_, index) => index) });
  await runToEnd(system);
  return system;
}

const sumOf = (folded: Json, result: Json) =>
  z.object({ sum: z.number() }).parse(folded).sum + z.number().parse(result);

test.each<[string, Add, RegExp]>([
  [
    'throws at',
    (folded, index, _, result) => {
      if (index === ODD) throw new RangeError('no such number');
      return { sum: sumOf(folded, result) };
    },
    /RangeError: no such number/,
  ],
  [
    'turns into a sum that no row can hold',
    (folded, index, _, result) => ({ sum: index === ODD ? Number.NaN : sumOf(folded, result) }),
    /sum/,
  ],
])('I6: an item whose result the fold %s fails alone, at its first delivery', async (_, add, message) => {
  const system = await runWith(add);
  const { run, succeeded, failed } = await audit(system);
  expect({ status: run.status, succeeded, failed }).toEqual({ status: 'Completed', succeeded: COUNT - 1, failed: 1 });
  expect([...system.tries.values()]).toEqual(Array.from({ length: COUNT }, () => 1));
  const key = { runId: 'run', generation: run.generation, ...FIRST_ROUND, shard: 0 };
  const outcome = (await squareShards(system.worker()).readChunk(key, 1))?.value.outcomes[ODD - 3];
  if (outcome?.status !== 'failed') throw new Error('it has not failed');
  expect(outcome.error.code).toBe('FoldFailed');
  expect(outcome.error.message).toMatch(message);
  expect((await squareShards(system.worker()).readLedger(key))?.value.failures).toEqual([
    { code: 'FoldFailed', count: 1, example: { index: ODD, message: outcome.error.message } },
  ]);
});
