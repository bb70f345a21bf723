import { createHash } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Repeatable chance: the same seed and name draw the same numbers in the same order. */
export interface SeededChance {
  /** A whole number from 0 to `below` - 1. */
  draw(below: number): number;
}

/**
 * A separate source of chance for everything that draws (a kind of request, an image). One source's draws
 * don't affect the others. So a replay meets the same faults, although processes interleave differently.
 */
export function seededChance(seed: number, name: string): SeededChance {
  const generator = xoroshiro128plus(createHash('sha256').update(`${seed}:${name}`).digest().readInt32BE(0));
  return { draw: (below) => uniformInt(generator, 0, below - 1) };
}

/** Draws at most one of `rates`, each with its share of a thousand, or undefined for none. */
export function drawByRate<Kind extends string>(
  chance: SeededChance,
  rates: Readonly<Partial<Record<Kind, number>>>,
): Kind | undefined {
  let drawn = chance.draw(1_000);
  for (const kind of keysOf(rates)) {
    drawn -= rates[kind] ?? 0;
    if (drawn < 0) return kind;
  }
  return undefined;
}

function keysOf<Key extends string>(record: Readonly<Partial<Record<Key, unknown>>>): Key[] {
  const keys: Key[] = [];
  for (const key in record) keys.push(key);
  return keys;
}
