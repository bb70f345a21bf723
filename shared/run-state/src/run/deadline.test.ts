import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bounds } from '../../test/settings.fixture.ts';
import { NOW } from '../../test/states.ts';
import { failureOverDeadline, restartedOptions, rewoundOptions } from './deadline.ts';

const run = (over: { deadline?: number; givenMs?: number }) => ({
  createdAt: NOW - 10_000,
  options: { tolerance: {}, ...over },
});

describe('a deadline', () => {
  it('is exceeded once it has passed, and the failure names it', () => {
    expect(failureOverDeadline(run({}), NOW)).toBeNull();
    expect(failureOverDeadline(run({ deadline: NOW }), NOW)).toBeNull();
    const message = `not finished by ${new Date(NOW).toISOString()}`;
    expect(failureOverDeadline(run({ deadline: NOW }), NOW + 1)).toEqual({ code: 'DeadlineExceeded', message });
  });

  it('of a restarted run is as far off as in the first start, however often the run was rewound', () => {
    expect(restartedOptions(run({}), NOW)).toEqual({ tolerance: {} });
    expect(restartedOptions(run({ deadline: NOW + 5_000 }), NOW)).toEqual({ tolerance: {}, deadline: NOW + 15_000 });
    const rewound = run({ deadline: NOW + 5_000, givenMs: 3_000 });
    expect(restartedOptions(rewound, NOW)).toEqual({ tolerance: {}, deadline: NOW + 3_000 });
  });

  it('of a rewound run is never in the past, and never farther off than at its start', () => {
    const rewinds = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 20 });
    const property = fc.property(fc.integer({ min: 1, max: 1_000_000 }), rewinds, (givenMs, pauses) => {
      let now = NOW;
      let options: ReturnType<typeof rewoundOptions> = { tolerance: {}, deadline: NOW + givenMs };
      for (const pause of pauses) {
        now += pause;
        options = rewoundOptions({ options, createdAt: NOW }, now);
        expect(options.deadline).toBeGreaterThanOrEqual(now);
        expect(options.deadline).toBeLessThanOrEqual(now + givenMs);
      }
    });
    fc.assert(property, bounds);
  });
});
