import { describe, expect, it } from 'vitest';
import { ConflictError, UnknownOutcomeError } from './errors.ts';
import { Patience, pauseAfter, retrying } from './patience.ts';

const lost = new UnknownOutcomeError('no answer');
const conflict = new ConflictError(0, 'changed');

/** Pauses as they were asked for. */
function clock() {
  const pauses: number[] = [];
  return { pauses, pause: async (ms: number) => void pauses.push(ms) };
}

describe('a write that is tried again', () => {
  it('waits longer each time, up to a second, and ends after ten tries with the last error', async () => {
    const { pauses, pause } = clock();
    const patience = new Patience({ pause }, () => 1);
    for (let tries = 1; tries < 10; tries += 1) await patience.after(tries % 2 === 0 ? lost : conflict);
    expect(pauses).toEqual([20, 40, 80, 160, 320, 640, 1_000, 1_000, 1_000]);
    await expect(patience.after(lost)).rejects.toBe(lost);
    expect(pauses).toHaveLength(9);
  });

  it('waits for a random part of that, so that those who have met do not meet again', () => {
    expect([0, 0.25, 0.999].map((random) => Math.round(pauseAfter(3, random)))).toEqual([0, 20, 80]);
  });

  it('is not tried again where that can not help', async () => {
    const { pauses, pause } = clock();
    const wrong = new RangeError('wrong');
    await expect(new Patience({ pause }).after(wrong)).rejects.toBe(wrong);
    expect(pauses).toEqual([]);
  });

  it('is tried until it succeeds', async () => {
    let tries = 0;
    const attempt = async () => {
      tries += 1;
      if (tries < 4) throw lost;
      return tries;
    };
    expect(await retrying(clock(), attempt)).toBe(4);
  });
});
