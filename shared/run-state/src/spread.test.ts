import { describe, expect, it, test } from 'vitest';
import { delayOf, fractionOf } from './spread.ts';

describe('delayOf', () => {
  it('is the delay of the send for a whole chunk', () => {
    expect(delayOf({ split: false, delayMs: 700 }, { tok: 'a' })).toBe(700);
  });

  it('I6: differs for each single item and each round, and is never longer than the delay of the send', () => {
    const round = (token: string) =>
      Array.from({ length: 32 }, (_, index) => delayOf({ split: true, delayMs: 60_000 }, { tok: `${token}.${index}` }));
    const [first, second] = [round('one'), round('two')];
    expect(new Set(first).size).toBe(32);
    for (const delayMs of [...first, ...second]) {
      expect(delayMs).toBeGreaterThanOrEqual(0);
      expect(delayMs).toBeLessThan(60_000);
    }
    const order = (delays: readonly number[]) =>
      [...delays.keys()].toSorted((a, b) => (delays[a] ?? 0) - (delays[b] ?? 0));
    expect(order(first)).not.toEqual(order(second));
  });
});

test('fractions are evenly distributed: each tenth of the range gets about a tenth', () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let number = 0; number < 10_000; number += 1) {
    const tenth = Math.floor(fractionOf(`tok.${number}`) * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(200);
});
