import { describe, expect, test, vi } from 'vitest';
import { configurations, largeConfigurations } from './configurations.ts';
import { systemOf } from './engine/system.ts';
import { explore } from './explore.ts';
import { graphConfigurations, largeGraphConfigurations } from './graph-configurations.ts';
import { randomConfigurations } from './random-configurations.ts';
import { retrace, wander } from './wander.ts';

vi.setConfig({ testTimeout: 600_000 }); // guards against hanging on a busy machine

/**
 * How many states of a configuration the tests have time for. Many have fewer. `npm run explore` sees all.
 */
const SOME = 40;
/** Walks of each of the largest configurations. */
const WALKS = 4;

describe('every state of a small run that the real steps can reach keeps the invariants, and can reach an end', () => {
  test.each([...configurations, ...graphConfigurations, ...largeConfigurations, ...largeGraphConfigurations])(
    '$name',
    async (configuration) => {
      const model = { configuration, system: systemOf(configuration) };
      const { ends, isWhole, states, finding } = await explore(model, { states: SOME });
      expect(finding).toBeNull();
      expect(isWhole ? ends : states).toBeGreaterThan(isWhole ? 0 : SOME);
    },
  );
});

describe('so does every random walk through configurations with too many states', () => {
  test.each(randomConfigurations)('$name', async (configuration) => {
    const model = { configuration, system: systemOf(configuration) };
    for (let seed = 1; seed <= WALKS; seed += 1)
      expect(await wander(model, seed)).toMatchObject({ seed, finding: null });
  });
});

test('a walk can be repeated move by move', async () => {
  const [configuration] = randomConfigurations;
  if (configuration === undefined) throw new Error('there are none');
  const model = { configuration, system: systemOf(configuration) };
  const walk = await wander(model, 7);
  const again = await retrace(model, walk.trace);
  expect(walk.steps).toBeGreaterThan(20);
  expect(again.trace).toEqual(walk.trace);
  expect((await wander(model, 8)).last).not.toBe(walk.last);
});
