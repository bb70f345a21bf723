import { checkEnd, type Finding, initialState } from './explore.ts';
import { type Model, Violation } from './model.ts';
import { type Move, movesOf } from './moves.ts';
import type { State } from './state.ts';
import { keyOf } from './state-key.ts';
import { withoutTimers } from './turn.ts';

/** The result of a random walk. The same seed gives the same walk. */
export interface Walk {
  readonly seed: number;
  readonly steps: number;
  readonly finding: Finding | null;
  /** The moves by their names: enough to repeat the walk. */
  readonly trace: readonly string[];
  /** The last state, for comparison. */
  readonly last: string;
}

/** More than any configuration needs. */
const MOST_STEPS = 5_000;
/** How many of a hundred moves, where there is a choice, are faults, and wishes of callers. */
const FAULTS = 6;
const WISHES = 3;

/** Takes one random way from the start to the end. */
export async function wander(model: Model, seed: number): Promise<Walk> {
  const random = randomOf(seed);
  return await walk(model, seed, (moves) => chosen(moves, random));
}

/** Repeats a way, move by move. @throws Error where that is impossible */
export async function retrace(model: Model, names: readonly string[]): Promise<Walk> {
  const left = names.filter((name) => name !== 'start');
  return await walk(model, 0, (moves) => {
    const name = left.shift();
    if (name === undefined) return null;
    const move = moves.find((other) => other.name === name);
    if (move === undefined)
      throw new Error(`"${name}" cannot happen here, but: ${moves.map((other) => other.name).join('; ')}`);
    return move;
  });
}

async function walk(model: Model, seed: number, choose: (moves: readonly Move[]) => Move | null): Promise<Walk> {
  return await withoutTimers(async () => {
    const trace: string[] = [];
    let state: State | null = null;
    const told = (finding: Finding | null): Walk => {
      return { seed, steps: trace.length, finding, trace, last: state === null ? '' : keyOf(model, state) };
    };
    try {
      state = await initialState(model);
      for (let moves = movesOf(model, state, true); moves.length > 0; moves = movesOf(model, state, true)) {
        const move = choose(moves);
        if (move === null) return told(null);
        trace.push(move.name);
        if (trace.length > MOST_STEPS) throw new Violation('I6: steps without end');
        state = await move.play();
      }
      checkEnd(model, state);
      return told(null);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      return told({ promise: error.message, trace });
    }
  });
}

function chosen(moves: readonly Move[], random: () => number): Move | null {
  const dice = random() * 100;
  const kind = dice < FAULTS ? 'fault' : dice < FAULTS + WISHES ? 'wish' : 'go';
  const meant = moves.filter((move) => move.kind === kind);
  const among = meant.length > 0 ? meant : moves.filter((move) => move.kind === 'go');
  const open = among.length > 0 ? among : moves;
  return open[Math.floor(random() * open.length)] ?? null;
}

/** Mulberry32: small, and the same on every machine. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
