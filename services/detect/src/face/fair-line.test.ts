import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FairLine } from './fair-line.ts';

/** Puts images of runs into a line: `large/a/3` is three of the run `a` in the lane `large`. */
function lineOf(...groups: readonly string[]): FairLine<string> {
  const line = new FairLine<string>();
  for (const group of groups) add(line, group);
  return line;
}

function add(line: FairLine<string>, group: string): void {
  const [lane = '', run = '', count] = group.split('/');
  for (let image = 0; image < Number(count); image += 1) line.add({ lane, run }, `${run}${image}`);
}

function take(line: FairLine<string>, most: number): string[] {
  return Array.from({ length: most }, () => line.next()).filter((waiting) => waiting !== undefined);
}

test('the images of one run keep their order', () => {
  expect(take(lineOf('large/a/3'), 9)).toEqual(['a0', 'a1', 'a2']);
});

test('runs of a lane take turns', () => {
  expect(take(lineOf('large/a/3', 'large/b/2'), 9)).toEqual(['a0', 'b0', 'a1', 'b1', 'a2']);
});

test('a small run gets every other place, however many large runs wait', () => {
  const large = Array.from({ length: 40 }, (_, run) => `large/${run}-/100`);
  const line = lineOf(...large);
  take(line, 5);
  add(line, 'small/s/3');
  expect(take(line, 6).filter((waiting) => waiting.startsWith('s'))).toEqual(['s0', 's1', 's2']);
});

test('and a large run every other place, however many small runs wait', () => {
  const line = lineOf(...Array.from({ length: 40 }, (_, run) => `small/${run}-/3`), 'large/a/3');
  expect(take(line, 6).filter((waiting) => waiting.startsWith('a'))).toEqual(['a0', 'a1', 'a2']);
});

test('a caller that leaves is skipped, and leaving twice changes nothing', () => {
  const line = lineOf('large/a/2', 'large/b/1');
  line.leave({ lane: 'large', run: 'a' }, 'a0');
  line.leave({ lane: 'large', run: 'b' }, 'a1');
  line.leave({ lane: 'none', run: 'a' }, 'a1');
  expect(take(line, 9)).toEqual(['a1', 'b0']);
  expect(line.isEmpty).toBe(true);
});

test('everyone is served once, and waits at most for the earlier runs and the other lane', () => {
  const group = fc.tuple(fc.constantFrom('large', 'small'), fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(5));
  fc.assert(
    fc.property(fc.array(group, { maxLength: 8 }), (groups) => {
      const line = new FairLine<string>();
      let number = 0;
      const added: string[] = [];
      for (const [lane, run, count] of groups) {
        for (let image = 0; image < count; image += 1) {
          const waiting = `${lane}/${run}/${number++}`;
          line.add({ lane, run }, waiting);
          added.push(waiting);
        }
      }
      const taken = take(line, added.length + 1);
      expect(taken.toSorted()).toEqual(added.toSorted());
      // While it has images waiting, a run has its turn within eight turns, twice the number of runs of a
      // lane.
      for (const whose of new Set(taken.map((waiting) => waiting.replace(/\d+$/, '')))) {
        const turns = taken.flatMap((waiting, turn) => (waiting.startsWith(whose) ? [turn] : []));
        for (const [place, turn] of turns.entries()) expect(turn - (turns[place - 1] ?? -1)).toBeLessThanOrEqual(8);
      }
    }),
  );
});
