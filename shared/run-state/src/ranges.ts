/** Ascending, disjoint, non-adjacent ranges of integers, both ends included: `[[3, 31], [40, 40]]`. */
export type Ranges = readonly (readonly [from: number, to: number])[];

/** The ranges as a person reads them in a row: `3-31,40`. */
export function formatRanges(ranges: Ranges): string {
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

/**
 * The inverse of {@link formatRanges}.
 * @param below every number is smaller: a caller that lists a range's numbers allocates them all
 * @throws RangeError where the text isn't ascending, disjoint ranges of such numbers
 */
export function parseRanges(text: string, below: number): Ranges {
  if (text === '') return [];
  let end = -1;
  return text.split(',').map((part) => {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (match === null || from <= end || to < from || to >= below)
      throw new RangeError(`not ascending ranges below ${below}`);
    end = to;
    return [from, to];
  });
}

/** The numbers as ranges; order and repeats don't matter. */
export function rangesOf(numbers: Iterable<number>): Ranges {
  const ranges: [number, number][] = [];
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

/** All numbers of the ranges, ascending. */
export function numbersOf(ranges: Ranges): number[] {
  return ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, step) => from + step));
}

/** Takes the lowest `count` numbers out. */
export function takeLowest(ranges: Ranges, count: number): { taken: number[]; rest: Ranges } {
  const taken: number[] = [];
  const rest: (readonly [number, number])[] = [];
  for (const [from, to] of ranges) {
    const end = Math.min(to, from + (count - taken.length) - 1);
    for (let number = from; number <= end; number += 1) taken.push(number);
    if (end < to) rest.push([Math.max(from, end + 1), to]);
  }
  return { taken, rest };
}
