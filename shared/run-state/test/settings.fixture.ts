import fc from 'fast-check';
import { CHUNK_ITEMS, type Item, type Setting } from './counting-chain.ts';

/** How often each property is tried; raise it for a long soak. */
const RUNS = Number(process.env['TALLY_PROPERTY_RUNS'] ?? 250);
/** Fixed, so that a red build is red again; a failure prints it with the path to the counterexample. */
export const SEED = Number(process.env['TALLY_PROPERTY_SEED'] ?? 20_261_123);

export const bounds = { numRuns: RUNS, seed: SEED };

const healthyItem: fc.Arbitrary<Item> = fc.record({
  value: fc.integer({ min: 1, max: 9 }),
  retries: fc.constantFrom(0, 0, 0, 1, 2, 3),
  ends: fc.constantFrom('succeeded', 'succeeded', 'succeeded', 'failed'),
  kills: fc.constant(false),
});

const calmItem: fc.Arbitrary<Item> = healthyItem.map((item) => ({ ...item, retries: 0 }));

const deadlyItem: fc.Arbitrary<Item> = fc
  .tuple(healthyItem, fc.constantFrom(false, false, false, false, true))
  .map(([item, kills]) => ({ ...item, kills }));

/** Runs of 1 to 3 shards, 1 to 4 chunks of 1 to 3 items each, and a window of 1 to 4 chunks. */
function settingOf(item: fc.Arbitrary<Item>): fc.Arbitrary<Setting> {
  const chunk = fc.array(item, { minLength: 1, maxLength: 3 });
  const shard = fc.array(chunk, { minLength: 1, maxLength: 4 });
  return fc.record({
    shards: fc.array(shard, { minLength: 1, maxLength: 3 }),
    windowChunks: fc.integer({ min: 1, max: 4 }),
  });
}

/** As {@link healthySetting}, cut as a plan cuts: only the last chunk of a shard has fewer items. The window is in items, down to one. */
function windowedOf(item: fc.Arbitrary<Item>): fc.Arbitrary<Setting> {
  const shard = fc.array(item, { minLength: 1, maxLength: 9 }).map((items) => {
    const chunks = Array.from({ length: Math.ceil(items.length / CHUNK_ITEMS) }, (_, chunk) => chunk * CHUNK_ITEMS);
    return chunks.map((first) => items.slice(first, first + CHUNK_ITEMS));
  });
  return fc.record({
    shards: fc.array(shard, { minLength: 1, maxLength: 4 }),
    windowChunks: fc.constant(1),
    windowItems: fc.integer({ min: 1, max: 12 }),
  });
}

export const windowedSetting = windowedOf(healthyItem);
export const windowedDeadlySetting = windowedOf(deadlyItem);
export const healthySetting = settingOf(healthyItem);
/** No item asks for a second try. */
export const calmSetting = settingOf(calmItem);
/** Some items kill the worker that takes them up. */
export const deadlySetting = settingOf(deadlyItem);

/** What happens, one number an event. */
export const choices = fc.array(fc.nat({ max: 1_999 }), { maxLength: 160, size: 'max' });
