import { afterAll, expect, test } from 'vitest';
import { keepEvidence, readKeptSeeds, replayCommand } from './evidence.ts';
import { runSeeds } from './lanes.ts';
import { Report } from './report.ts';
import type { Outcome } from './run-schedule.ts';

/** Includes the kept seeds. Schedules that once found a violation always come first. */
const SCHEDULES = 20;
const LANES = 2;
const keptSeeds = readKeptSeeds();
const fresh = Array.from({ length: SCHEDULES }, (_, number) => number + 1).filter((seed) => !keptSeeds.includes(seed));
const seeds = [...keptSeeds, ...fresh].slice(0, SCHEDULES);

const report = new Report();
const outcomes = new Map(seeds.map((seed) => [seed, Promise.withResolvers<Outcome>()]));
const done = runSeeds(seeds, LANES, (outcome) => {
  report.add(outcome);
  outcomes.get(outcome.seed)?.resolve(outcome);
});
done.catch((error: unknown) => {
  for (const { reject } of outcomes.values()) reject(error);
});
afterAll(async () => {
  await done;
  console.log(report.summary());
}, 120_000);

test.each(seeds)('I1-I9: the schedule of seed %i leaves consistent rows', async (seed) => {
  const outcome = await outcomes.get(seed)?.promise;
  if (outcome === undefined) throw new Error(`seed ${seed} was not run`);
  if (outcome.violations.length === 0) return;
  const told = [...outcome.violations, `again: ${replayCommand(seed)}`, keepEvidence(outcome), ...outcome.timeline];
  throw new Error(told.join('\n'));
});

test('every kind of fault took place', () => {
  expect([...report.faults].filter(([, count]) => count === 0)).toEqual([]);
});
