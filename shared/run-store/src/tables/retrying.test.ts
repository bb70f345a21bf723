import { describe, expect, it } from 'vitest';
import { ConflictError, UnknownOutcomeError, UnsettledError } from './errors.ts';
import { retrying } from './retrying.ts';

const lost = new UnknownOutcomeError('no answer');
const conflict = new ConflictError(0, 'changed');

/** Pauses as they were asked for. */
function clock() {
  const pauses: number[] = [];
  return { pauses, pause: async (ms: number) => void pauses.push(ms) };
}

describe('a write that is tried again', () => {
  it('waits longer each time, up to a second, and ends after ten tries with an error that tells the last one', async () => {
    const { pauses, pause } = clock();
    const told: number[] = [];
    const written = retrying(
      { pause },
      'write the row',
      async (failures) => {
        told.push(failures);
        throw failures % 2 === 0 ? conflict : lost;
      },
      { random: () => 1 },
    );
    const error = new UnsettledError('write the row', 10, lost);
    await expect(written).rejects.toEqual(error);
    expect(error).toMatchObject({ cause: lost, message: '10 tries to write the row have failed. The last: no answer' });
    expect(pauses).toEqual([20, 40, 80, 160, 320, 640, 1_000, 1_000, 1_000]);
    expect(told).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('waits for a random part of that, so that those who have met do not meet again', async () => {
    const { pauses, pause } = clock();
    const parts = [0, 0.25, 0.999];
    await retrying(
      { pause },
      'write the row',
      async (failures) => {
        if (failures < 3) throw conflict;
      },
      { random: () => parts[pauses.length] ?? 1 },
    );
    expect(pauses.map(Math.round)).toEqual([0, 10, 80]);
  });

  it('is not tried again where that can not help', async () => {
    const { pauses, pause } = clock();
    const wrong = new RangeError('wrong');
    const failing = async () => {
      throw wrong;
    };
    await expect(retrying({ pause }, 'write the row', failing)).rejects.toBe(wrong);
    expect(pauses).toEqual([]);
  });

  it('is not tried again where its caller says so, nor where tries of its own have come to their end', async () => {
    const { pauses, pause } = clock();
    const options = { mayHelp: (error: unknown) => error === conflict };
    const failing = (error: Error) => async () => {
      throw error;
    };
    await expect(retrying({ pause }, 'write the row', failing(lost), options)).rejects.toBe(lost);
    const ended = new UnsettledError('write another row', 10, conflict);
    await expect(retrying({ pause }, 'write the row', failing(ended))).rejects.toBe(ended);
    expect(pauses).toEqual([]);
  });

  it('is tried until it succeeds', async () => {
    let tries = 0;
    const attempt = async () => {
      tries += 1;
      if (tries < 4) throw lost;
      return tries;
    };
    expect(await retrying(clock(), 'write the row', attempt)).toBe(4);
  });
});
