import { type Model, Violation } from './model.ts';
import { isAtRest, type Move, movesOf } from './moves.ts';
import { begin } from './play.ts';
import type { State } from './state.ts';
import { type Graph, StateGraph } from './state-graph.ts';
import { keyOf } from './state-key.ts';
import { withoutTimers } from './turn.ts';

/** The result of an exploration. */
export interface Exploration {
  readonly name: string;
  readonly states: number;
  readonly steps: number;
  /** States in which everything is over. */
  readonly ends: number;
  /** Whether every reachable state was seen. */
  readonly isWhole: boolean;
  readonly finding: Finding | null;
}

export interface Finding {
  readonly promise: string;
  /** The way there, move by move: enough to repeat it. */
  readonly trace: readonly string[];
}

export interface Bounds {
  /**
   * States at most. If there are more, the states that were seen are checked, but not whether they can end.
   */
  readonly states: number;
  /**
   * Whether the states that were met first are continued first. That is slower, and gives the shortest way to
   * a finding.
   */
  readonly isBroad?: boolean;
}

/** The state in which a configuration begins: everything that happens first is under way. */
export async function initialState(model: Model): Promise<State> {
  const { system, configuration } = model;
  const world = await system.world();
  let state: State = {
    ...{ world, processes: [], left: configuration.budgets, born: 0, pauses: 0, last: -1 },
  };
  for (const { what, ...who } of system.firsts) state = await begin(model, state, who, { what });
  return state;
}

/**
 * Walks all states that a configuration can reach and checks each. Then it checks that an end can be reached
 * from each, and that no steps lead back to where they began. Budgets only shrink, so such a circle would be
 * one without faults.
 */
export async function explore(model: Model, bounds: Bounds): Promise<Exploration> {
  return await withoutTimers(async () => await walkAll(model, bounds));
}

interface Frame {
  readonly id: number;
  readonly moves: readonly Move[];
  next: number;
}

async function walkAll(model: Model, { states, isBroad = false }: Bounds): Promise<Exploration> {
  const graph = new StateGraph();
  const frames: Frame[] = [];
  const see = (state: State, from: number, step: string) => {
    const { id, isNew } = graph.see(keyOf(model, state), from, step);
    if (!isNew) return;
    graph.current = id;
    if (isBroad) for (const { live } of state.processes) live.process = null;
    const moves = movesOf(model, state);
    if (moves.length === 0) {
      checkEnd(model, state);
      graph.markEnd(id);
    } else frames.push({ id, moves, next: 0 });
  };
  let finding: Finding | null = null;
  let step = 'start';
  try {
    see(await initialState(model), -1, step);
    while (frames.length > 0 && graph.size().states <= states) {
      const frame = isBroad ? frames[0] : frames.at(-1);
      const move = frame?.moves[frame.next];
      if (frame === undefined || move === undefined) {
        if (isBroad) frames.shift();
        else frames.pop();
        continue;
      }
      frame.next += 1;
      graph.current = frame.id;
      step = move.name;
      see(await move.play(), frame.id, step);
    }
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    const trace = graph.trace(graph.current);
    finding = { promise: error.message, trace: trace.at(-1) === step ? trace : [...trace, step] };
  }
  const isWhole = finding === null && frames.length === 0;
  return { name: model.configuration.name, ...graph.size(), isWhole, finding: isWhole ? judged(graph) : finding };
}

function judged(graph: Graph): Finding | null {
  const [dead] = graph.deadEnds();
  if (dead !== undefined) return { promise: 'I6: no end can be reached', trace: graph.trace(dead) };
  const turning = graph.cycle();
  return turning === null ? null : { promise: 'I6: steps without end', trace: turning };
}

/** Nothing more can happen, so everything must be over and correct. */
export function checkEnd(model: Model, state: State): void {
  if (!isAtRest(model, state)) throw new Violation('I6: it does not come to rest after any waiting time');
  const wrong = model.system.checkOver(state.world);
  if (wrong !== null) throw new Violation(wrong);
}
