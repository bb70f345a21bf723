import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { demand, Violation } from './checks.ts';
import type { Setting } from './counting-chain.ts';
import { type MutantName, rulesOf } from './mutants.ts';
import { calm, playSchedule, type Trouble } from './schedule.ts';
import { calmSetting, choices, healthySetting, SEED, windowedSetting } from './settings.fixture.ts';
import { World } from './world.ts';

vi.setConfig({ testTimeout: 600_000 }); // a guard against hanging; the number of runs decides

/** Schedules that a broken core has to survive before it counts as not found. */
const TRIES = 4_000;

const faultless: Trouble = { ...calm, verbs: ['suspend', 'resume', 'rewind'] };
const faults: Trouble = { ...calm, crashes: true, duplicates: true, losses: true, lostAnswers: true, watchdog: true };

/** Which kind of schedule finds which broken core. The others need a coincidence that chance seldom makes; the traces make it. */
const found: readonly { mutant: MutantName; trouble: Trouble; setting?: fc.Arbitrary<Setting> }[] = [
  { mutant: 'counts what is recorded already', trouble: faults },
  { mutant: 'writes without If-Match', trouble: calm },
  { mutant: 'takes an old epoch for the current one', trouble: faultless },
  { mutant: 'leaves the claim of a chunk found done', trouble: faultless },
  { mutant: "believes the message's items", trouble: { ...calm, duplicates: true } },
  { mutant: 'repairs without asking for the count', trouble: faults },
  { mutant: 'drops on a cached row', trouble: faultless },
  { mutant: 'closed ledgers take results', trouble: { ...faultless, verbs: ['terminate'] } },
  { mutant: 'divides the window up, rounded up', trouble: calm },
  { mutant: 'claims a whole chunk by a smaller window', trouble: calm, setting: windowedSetting },
  { mutant: 'wakes no shard', trouble: calm },
  { mutant: 'trusts a share of nothing', trouble: calm },
  { mutant: 'sends before the commit', trouble: calm, setting: calmSetting },
  {
    mutant: 'sends every open claim again, not only its own',
    trouble: { ...calm, duplicates: true },
    setting: calmSetting,
  },
];

describe('the properties can fail', () => {
  it.each(found)('chance finds the core that $mutant', ({ mutant, trouble, setting = healthySetting }) => {
    const property = fc.property(setting, choices, (run, schedule) => {
      const world = new World(run, rulesOf(mutant));
      playSchedule(world, schedule, trouble);
      const chunks = run.shards.flat().length;
      if (trouble === calm && setting === calmSetting) demand(world.sent.work === chunks, 'I4: one message a chunk');
      // A repeat may send again what its own commit claimed, at most the window, and nothing follows from that.
      if (trouble.duplicates && setting === calmSetting) {
        demand(world.sent.work <= chunks + world.repeats * run.windowChunks, 'I4: no second chain of messages');
      }
    });
    const result = fc.check(property, { numRuns: TRIES, seed: SEED, endOnFailure: true });
    expect(result.errorInstance).toBeInstanceOf(Violation);
  });
});
