import { describe, expect, it } from 'vitest';
import { failureOverTolerance } from './tolerance.ts';

const run = (tolerance: { count?: number; percentage?: number }) => ({ total: 150, tolerance });
const passes = (tolerance: { count?: number; percentage?: number }, failed: number) =>
  failureOverTolerance(run(tolerance), failed) !== null;

describe('failureOverTolerance', () => {
  it('tolerates any number of failures without a limit', () => {
    expect(passes({}, 150)).toBe(false);
  });

  it('tolerates exactly the count', () => {
    expect([passes({ count: 2 }, 2), passes({ count: 2 }, 3)]).toEqual([false, true]);
    expect([passes({ count: 0 }, 0), passes({ count: 0 }, 1)]).toEqual([false, true]);
  });

  it('rounds a percentage down to whole items', () => {
    expect([passes({ percentage: 1 }, 1), passes({ percentage: 1 }, 2)]).toEqual([false, true]);
  });

  it('applies the smaller of both limits, and names it', () => {
    expect(failureOverTolerance(run({ count: 10, percentage: 2 }), 4)).toEqual({
      code: 'FailureToleranceExceeded',
      message: 'at least 4 items have failed; the run tolerates 3 of 150',
    });
    expect(failureOverTolerance(run({ count: 0 }), 1)?.message).toBe(
      'at least 1 item has failed; the run tolerates 0 of 150',
    );
    expect(passes({ count: 1, percentage: 50 }, 2)).toBe(true);
  });
});
