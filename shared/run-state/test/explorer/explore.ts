import { failureOverTolerance } from '../../src/index.ts';
import { checkEnd, demand, Violation } from '../checks.ts';
import { type Graph, StateGraph } from './graph.ts';
import type { Model } from './model.ts';
import { viewOf } from './moment.ts';
import { initialState, StepError, successorsOf } from './moves.ts';
import type { State } from './state.ts';
import { keyOf } from './state-key.ts';
import { isQuiet } from './walkers.ts';

/** What an exploration came to. */
export interface Exploration {
  readonly name: string;
  readonly states: number;
  readonly steps: number;
  /** States in which the run has ended and nothing is left of it. */
  readonly ends: number;
  /** Whether every reachable state was seen. */
  readonly isWhole: boolean;
  readonly violation: Finding | null;
  readonly deadEnd: Finding | null;
  readonly deadEnds: number;
  readonly cycle: Finding | null;
}

export interface Finding {
  readonly promise: string;
  /** The shortest way there, step by step. */
  readonly trace: readonly string[];
}

/**
 * Walks every state that a configuration can come to, breadth first, and checks each; then looks whether an end can be reached from each, and
 * whether any steps lead back to where they began. Budgets only sink, so a cycle is one without faults.
 * @param most states at most; where there are more, what was seen is judged, but not for its ends
 */
export function explore(model: Model, most: number): Exploration {
  const graph = new StateGraph();
  const frontier: (State | null)[] = [];
  const see = (state: State, from: number, step: string) => {
    const { id, isNew } = graph.see(keyOf(state), from, step);
    if (isNew) frontier.push(state);
    return id;
  };
  let violation: Finding | null = null;
  try {
    see(initialState(model), -1, 'start');
    for (let next = 0; next < frontier.length && frontier.length <= most; next += 1) {
      const state = frontier[next];
      if (state === undefined || state === null) break;
      frontier[next] = null; // it is not needed again, and its memory is
      graph.current = next;
      if (isOver(state)) {
        checkOver(model, state);
        graph.markEnd(next);
      }
      checkWaiting(model, state);
      for (const { name, state: reached } of successorsOf(model, state)) see(reached, next, name);
    }
  } catch (error) {
    if (!(error instanceof StepError) && !(error instanceof Violation)) throw error;
    const trace = graph.current < 0 ? [] : graph.trace(graph.current);
    violation = { promise: error.message, trace: error instanceof StepError ? [...trace, error.move] : trace };
  }
  const isWhole = violation === null && frontier.length <= most;
  return {
    name: model.configuration.name,
    ...graph.size(),
    isWhole,
    violation,
    ...(isWhole ? judged(graph) : unjudged),
  };
}

const unjudged = { deadEnd: null, deadEnds: 0, cycle: null };

function judged(graph: Graph): Pick<Exploration, 'deadEnd' | 'deadEnds' | 'cycle'> {
  const dead = graph.deadEnds();
  const turning = graph.cycle();
  const [first] = dead;
  return {
    deadEnds: dead.length,
    deadEnd: first === undefined ? null : { promise: 'I6: no end can be reached', trace: graph.trace(first) },
    cycle: turning === null ? null : { promise: 'I6: steps without end', trace: turning },
  };
}

/** An event that came before its gate opened has been read by whoever opened it, though nobody told of it. */
function checkWaiting({ configuration }: Model, state: State): void {
  const { run, event } = state;
  if (configuration.waitsForever !== true || !isQuiet(state) || run?.status !== 'Running') return;
  const isMissed = run.gate.state === 'waiting' && event?.came === 'early';
  demand(!isMissed, 'the run waits for an event that had come before its gate opened');
}

/** Nobody is under way, nothing is queued, and no watchdog sees the run. */
function isOver(state: State): boolean {
  return isQuiet(state) && state.live === null;
}

/** A start that has died before its first write has left nothing, and its caller has no answer. */
function checkOver(model: Model, state: State): void {
  const { run } = state;
  if (run === null) return;
  checkEnd(viewOf(model, state));
  if (run.status !== 'Completed') return;
  const { tolerance = {} } = model.configuration.setting;
  const failure = failureOverTolerance({ options: { tolerance }, total: run.total }, run.housed?.failed ?? 0);
  demand(failure === null, 'more items failed than the run tolerates');
}
