import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { demand } from './checks.ts';
import type { Setting } from './counting-chain.ts';
import { soundRules } from './rules.ts';
import { calm, playSchedule, type Trouble } from './schedule.ts';
import {
  bounds,
  calmSetting,
  choices,
  deadlySetting,
  healthySetting,
  windowedDeadlySetting,
  windowedSetting,
} from './settings.fixture.ts';
import { World } from './world.ts';

vi.setConfig({ testTimeout: 600_000 }); // a guard against hanging; the number of runs decides

const faults = { crashes: true, duplicates: true, losses: true, lostAnswers: true, watchdog: true };

function play(setting: Setting, schedule: readonly number[], trouble: Trouble): World {
  const world = new World(setting, soundRules);
  playSchedule(world, schedule, trouble);
  return world;
}

describe('every schedule of the core', () => {
  it('I1 I2 I4 I6: with losses, repeats, crashes, lost answers and false repairs every item is counted once', () => {
    fc.assert(
      fc.property(healthySetting, choices, (setting, schedule) => void play(setting, schedule, { ...calm, ...faults })),
      bounds,
    );
  });

  it('I1 I5 I7: the same while the run is suspended, resumed and rewound at any time', () => {
    const trouble: Trouble = { ...calm, ...faults, verbs: ['suspend', 'resume', 'suspend', 'resume', 'rewind'] };
    fc.assert(
      fc.property(healthySetting, choices, (setting, schedule) => void play(setting, schedule, trouble)),
      bounds,
    );
  });

  it('I5: a run that is terminated at any time takes no result after its final counts', () => {
    const trouble: Trouble = { ...calm, ...faults, verbs: ['suspend', 'resume', 'terminate'] };
    fc.assert(
      fc.property(healthySetting, choices, (setting, schedule) => void play(setting, schedule, trouble)),
      bounds,
    );
  });

  it('I6: items that kill their workers are given up, and the others come to what they would', () => {
    fc.assert(
      fc.property(deadlySetting, choices, (setting, schedule) => void play(setting, schedule, { ...calm, ...faults })),
      bounds,
    );
  });

  it('I5 I6: a run that passes its failure tolerance ends, and can be rewound at any time', () => {
    const trouble: Trouble = { ...calm, ...faults, verbs: ['rewind', 'suspend', 'resume'] };
    const strict = healthySetting.map((setting): Setting => ({ ...setting, tolerance: { count: 1 } }));
    fc.assert(
      fc.property(strict, choices, (setting, schedule) => void play(setting, schedule, trouble)),
      bounds,
    );
  });
});

describe('every schedule with a window of a few items, or of one', () => {
  const windows = [1, 2, 3, 4, 7, 12, 30];

  it('I3: never has more items in flight than the window, through losses, retries, repairs, resumes and rewinds, and while it is set anew', () => {
    const trouble: Trouble = { ...calm, ...faults, verbs: ['suspend', 'resume', 'rewind'], windows };
    fc.assert(
      fc.property(windowedSetting, choices, (setting, schedule) => void play(setting, schedule, trouble)),
      bounds,
    );
  });

  it('I3 I6: nor where items kill their workers, and chunks are split into single items', () => {
    fc.assert(
      fc.property(
        windowedDeadlySetting,
        choices,
        (setting, schedule) => void play(setting, schedule, { ...calm, ...faults, windows }),
      ),
      bounds,
    );
  });

  it('I3: ends without a watchdog, whatever the number of shards, and while it is set anew', () => {
    const trouble: Trouble = { ...calm, verbs: ['suspend', 'resume', 'rewind'], windows };
    fc.assert(
      fc.property(windowedSetting, choices, (setting, schedule) => void play(setting, schedule, trouble)),
      bounds,
    );
  });
});

describe('every schedule without faults', () => {
  it('I2 I9: ends without a watchdog, in any order, with stale run rows, suspended, resumed and rewound at any time', () => {
    const trouble: Trouble = { ...calm, verbs: ['suspend', 'resume', 'rewind'] };
    fc.assert(
      fc.property(healthySetting, choices, (setting, schedule) => void play(setting, schedule, trouble)),
      bounds,
    );
  });

  it('I2 I4: ends without a watchdog although messages are repeated', () => {
    fc.assert(
      fc.property(
        healthySetting,
        choices,
        (setting, schedule) => void play(setting, schedule, { ...calm, duplicates: true }),
      ),
      bounds,
    );
  });

  it('I3 I4: sends one message a chunk and one a finished shard', () => {
    fc.assert(
      fc.property(calmSetting, choices, (setting, schedule) => {
        const { sent } = play(setting, schedule, calm);
        demand(sent.work === setting.shards.flat().length, `I4: ${sent.work} messages`);
        demand(sent.collect === setting.shards.length, `I4: ${sent.collect} messages to the collector`);
      }),
      bounds,
    );
  });

  it('I4: a repeated message sends again at most what its own commit claimed', () => {
    fc.assert(
      fc.property(calmSetting, choices, (setting, schedule) => {
        const { sent, repeats } = play(setting, schedule, { ...calm, duplicates: true });
        const limit = setting.shards.flat().length + repeats * setting.windowChunks;
        demand(sent.work <= limit, `I4: ${sent.work} messages, at most ${limit} can be justified`);
      }),
      bounds,
    );
  });

  it('a gate is opened by an event that comes at any time, before its time-out', () => {
    const timeoutMs = 86_400_000;
    const gated = calmSetting.map(
      (setting): Setting => ({
        ...setting,
        gate: { event: 'Approval', timeoutMs, onTimeout: 'fail' },
      }),
    );
    const trouble: Trouble = { ...calm, verbs: ['suspend', 'resume'], event: { approved: true, reason: null } };
    fc.assert(
      fc.property(gated, choices, (setting, schedule) => {
        const { run, verdict } = play(setting, schedule, trouble);
        const error = run?.value.status === 'Failed' ? run.value.error.code : null;
        if (verdict !== null) expect(error).not.toBe('GateTimeout');
      }),
      bounds,
    );
  });
});
