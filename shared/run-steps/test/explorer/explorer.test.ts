import { describe, expect, test, vi } from 'vitest';
import { configurations, largeConfigurations } from './configurations.ts';
import { systemOf } from './engine/system.ts';
import { explore } from './explore.ts';
import { graphConfigurations, largeGraphConfigurations } from './graph-configurations.ts';
import { randomConfigurations } from './random-configurations.ts';
import { retrace, wander } from './wander.ts';

vi.setConfig({ testTimeout: 600_000 }); // a guard against hanging on a busy machine

/** More than any of these configurations has. */
const MOST = 12_000;
/** What there is time for of those that have more. */
const SOME = 2_000;
/** Walks of each of the larger ones. */
const WALKS = 10;

describe('every state that the real steps can bring a small run to keeps the promises (I1-I9), and from each it can end', () => {
  test.each([...configurations, ...graphConfigurations])('$name', async (configuration) => {
    const { ends, isWhole, finding } = await explore(
      { configuration, system: systemOf(configuration) },
      { states: MOST },
    );
    expect(finding).toBeNull();
    expect(isWhole).toBe(true);
    expect(ends).toBeGreaterThan(0);
  });
});

describe('so do many of the states of a larger one', () => {
  test.each([...largeConfigurations, ...largeGraphConfigurations])('$name', async (configuration) => {
    const { finding, states, isWhole } = await explore(
      { configuration, system: systemOf(configuration) },
      { states: SOME },
    );
    expect(finding).toBeNull();
    expect(isWhole || states > SOME).toBe(true);
  });
});

describe('so does every walk by chance through what has too many states', () => {
  test.each(randomConfigurations)('$name', async (configuration) => {
    const model = { configuration, system: systemOf(configuration) };
    for (let seed = 1; seed <= WALKS; seed += 1)
      expect(await wander(model, seed)).toMatchObject({ seed, finding: null });
  });
});

test('a walk can be taken again, move by move, and comes to the same', async () => {
  const [configuration] = randomConfigurations;
  if (configuration === undefined) throw new Error('there are none');
  const model = { configuration, system: systemOf(configuration) };
  const walk = await wander(model, 7);
  const again = await retrace(model, walk.trace);
  expect(walk.steps).toBeGreaterThan(20);
  expect(again.trace).toEqual(walk.trace);
  expect(again.last).toBe(walk.last);
  expect((await wander(model, 8)).last).not.toBe(walk.last);
});
