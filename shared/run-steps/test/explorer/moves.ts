import type { HeldMessage } from '@tally/queues';
import type { Model, Wish } from './model.ts';
import { nameOf } from './operations.ts';
import { begin, die, type Fate, placeOf, settle, step, tick } from './play.ts';
import type { Pending } from './process.ts';
import { isBusy, type ProcessState, type State, staffOf } from './state.ts';
import type { World } from './world.ts';

/** Something that can happen in a state. */
export interface Move {
  readonly name: string;
  /** `go`: the system's own course. Random walks choose the others less often. */
  readonly kind: 'go' | 'fault' | 'wish';
  readonly play: () => Promise<State>;
}

/** If processes wait for time to pass this many times in a row, and nothing has ended, they wait forever. */
const MOST_PAUSES = 40;
const DAY_MS = 86_400_000;
/** A tick of the clock: longer than a row is remembered, and than a retry waits. */
const TICK_MS = 6_000;

/**
 * Everything that can happen in a state.
 * @param inAnyOrder whether any of a process's calls may be answered first; otherwise the first
 */
export function movesOf(model: Model, state: State, inAnyOrder = false): Move[] {
  return toldApart(allMoves(model, state, inAnyOrder));
}

/**
 * A trace names moves. A message that came twice makes two moves of one name, which may lead to different
 * states.
 */
function toldApart(moves: readonly Move[]): Move[] {
  const met = new Map<string, number>();
  return moves.map((move) => {
    const before = met.get(move.name) ?? 0;
    met.set(move.name, before + 1);
    return before === 0 ? move : { ...move, name: `${move.name} (the ${before + 1}. of that name)` };
  });
}

function allMoves(model: Model, state: State, inAnyOrder: boolean): Move[] {
  // A send and the deletion of a message commute with what other processes do. So nothing comes in between
  // except a crash.
  const pure = state.processes.find((process) => isPure(process));
  if (pure !== undefined) return movesOfProcess(model, state, pure, false);
  const alone = state.processes.find((process) => process.isAlone);
  if (alone !== undefined) return movesOfProcess(model, state, alone, inAnyOrder);
  const going = state.processes.flatMap((process) => movesOfProcess(model, state, process, inAnyOrder));
  const moves = [...going, ...messageMoves(model, state), ...wishMoves(model, state), ...timeMoves(model, state)];
  return moves.length > 0 && (isBusy(state) || hasVisible(model, state))
    ? moves
    : [...moves, ...restMoves(model, state)];
}

function isPure({ tasks, pending: [first] }: ProcessState): boolean {
  return tasks.some(({ outcome }) => outcome !== null) || first?.operation.does === 'send';
}

/** A process that has only read since its last effect can as well die just before the next one. */
function hasEffect({ tasks, pending: [first] }: ProcessState): boolean {
  if (tasks.some(({ outcome }) => outcome !== null)) return true;
  return first !== undefined && first.operation.does !== 'get' && first.operation.does !== 'list';
}

/** The state after one of a budget is spent; null: none is left. */
function spend(state: State, budget: string): State | null {
  const left = state.left[budget] ?? 0;
  return left > 0 ? { ...state, left: { ...state.left, [budget]: left - 1 } } : null;
}

/**
 * Where delays are counted, this spends one if another process goes on than the last one, although that one
 * could.
 */
function delayed({ configuration }: Model, state: State, id: number): State | null {
  if (configuration.budgets['delay'] === undefined || id === state.last) return state;
  const last = state.processes.find((process) => process.id === state.last);
  return last === undefined || last.tasks.length === 0 ? state : spend(state, 'delay');
}

function movesOfProcess(model: Model, before: State, of: ProcessState, inAnyOrder: boolean): Move[] {
  const state = delayed(model, before, of.id);
  if (state === null) return [];
  const who = `${of.role} ${of.id}`;
  const over = of.tasks.find(({ outcome }) => outcome !== null);
  const [first, ...others] = of.pending;
  const moves: Move[] = [];
  if (over !== undefined) {
    const does = over.outcome?.error === null ? 'done' : `fails: ${over.outcome?.error.message}`;
    moves.push({ name: `${who}: ${does}`, kind: 'go', play: async () => settle(model, state, of, over) });
  } else if (of.pending.some(({ operation }) => operation.does === 'die')) {
    const long = spend(state, 'long-lease');
    moves.push({ name: `${who} is killed`, kind: 'go', play: async () => die(model, state, of) });
    if (long === null) return moves;
    const name = `${who} is killed, and its lease lasts`;
    return [...moves, { name, kind: 'fault', play: async () => die(model, long, of, true) }];
  } else if (first !== undefined) {
    for (const call of inAnyOrder ? [first, ...others] : [first]) moves.push(...movesOfCall(model, state, of, call));
  }
  const crashed = hasEffect(of) ? spend(state, 'crash') : null;
  if (crashed !== null)
    moves.push({ name: `${who} crashes`, kind: 'fault', play: async () => die(model, crashed, of) });
  const looked = of.ticks ? spend(state, 'look') : null;
  if (looked !== null) moves.push({ name: `${who} looks`, kind: 'go', play: () => tick(model, looked, of) });
  return moves;
}

function movesOfCall(model: Model, state: State, of: ProcessState, call: Pending): Move[] {
  const { operation } = call;
  const name = `${of.role} ${of.id}: ${nameOf(operation)}`;
  if (of.isStale && operation.does === 'get' && model.system.isRemembered(operation)) {
    const isKnown = state.world.past.has(placeOf(operation));
    const fate = isKnown ? 'stale' : 'answered';
    return [{ name: `${name} (remembered)`, kind: 'go', play: () => step(model, state, of, call, fate) }];
  }
  const moves: Move[] = [{ name, kind: 'go', play: () => step(model, state, of, call, 'answered') }];
  const lost = operation.does === 'write' ? spend(state, 'ambiguous') : null;
  const fates: readonly Fate[] = lost === null ? [] : ['lost after', 'lost before'];
  for (const fate of fates) {
    const play = () => step(model, lost ?? state, of, call, fate);
    moves.push({ name: `${name} (answer ${fate})`, kind: 'fault', play });
  }
  return moves;
}

function messageMoves(model: Model, state: State): Move[] {
  const moves: Move[] = [];
  for (const { name: queue, role, mayRemember = false } of model.system.queues) {
    const met = new Set<string>();
    for (const message of state.world.visible(queue)) {
      const alike = `${message.text}${message.dequeueCount}`;
      if (met.has(alike)) continue;
      met.add(alike);
      const about = `${queue} ${labelOf(message.text)} #${message.dequeueCount + 1}`;
      const take = (from: State) => {
        const world = from.world.copy();
        return { world, message: { queue, ...world.take(queue, message.id) } };
      };
      const deliver = (from: State, isStale: boolean, within: ProcessState | null) => async () => {
        const taken = take(from);
        const { isKept = false } = staffOf(model, role);
        const actor = { what: 'deliver', message: taken.message };
        return await begin(model, { ...from, world: taken.world }, { role, isKept, isStale }, actor, within);
      };
      const taken = delayed(model, state, -1);
      for (const place of taken === null ? [] : placesFor(model, state, role)) {
        const by = place === null ? '' : ` by ${role} ${place.id}`;
        moves.push({ name: `deliver ${about}${by}`, kind: 'go', play: deliver(taken ?? state, false, place) });
        const stale =
          place === null && mayRemember && state.world.past.size > 0 ? spend(taken ?? state, 'stale') : null;
        if (stale !== null)
          moves.push({
            name: `deliver ${about} to a process with a cached row`,
            kind: 'fault',
            play: deliver(stale, true, null),
          });
      }
      moves.push(...faultMoves(model, state, queue, message, about));
    }
  }
  return moves;
}

/** What may happen to a message: it vanishes, it is there twice, or a copy with false claims is put. */
function faultMoves(model: Model, state: State, queue: string, { id, text }: HeldMessage, about: string): Move[] {
  const moves: Move[] = [];
  const change = (budget: string, name: string, act: (world: World) => Promise<void>) => {
    const spent = spend(state, budget) ?? spend(state, `${budget} ${queue}`);
    if (spent === null) return;
    const play = async () => {
      const world = spent.world.copy();
      await act(world);
      return { ...spent, world };
    };
    moves.push({ name, kind: 'fault', play });
  };
  change('loss', `lose ${about}`, async (world) => {
    world.queues.delete(queue, world.take(queue, id));
  });
  change('duplicate', `double ${about}`, async (world) => await world.queues.send(queue, text));
  for (const forged of model.system.forgeries(queue, text)) {
    const name = `forge ${forged.queue} ${labelOf(forged.text)}`;
    change('forge', name, async (world) => await world.queues.send(forged.queue, forged.text));
  }
  return moves;
}

/** Where a task can begin: in existing processes, or in a new one (null). */
function placesFor(model: Model, state: State, role: string): (ProcessState | null)[] {
  const { most, tasks = 1, isKept = false } = staffOf(model, role);
  const there = state.processes.filter((process) => process.role === role && process.aheadMs === 0);
  const free = there.filter((process) => isKept && process.tasks.length < tasks);
  return there.length < most ? [...free, null] : free;
}

function labelOf(text: string): string {
  return text.replace(/"(v|note|traceparent)":("[^"]*"|\d+),?/g, '').slice(0, 160);
}

function wishMoves(model: Model, state: State): Move[] {
  return model.system.wishes(state.world).flatMap((wish): Move[] => {
    const spent = spend(state, wish.budget);
    if (spent === null || !hasPlace(model, state, wish)) return [];
    const play = () => begin(model, spent, wish, { what: wish.what });
    return [{ name: `${wish.role}: ${wish.what}`, kind: 'wish', play }];
  });
}

function hasPlace(model: Model, state: State, { role }: Pick<Wish, 'role'>): boolean {
  return state.processes.filter((process) => process.role === role).length < staffOf(model, role).most;
}

function timeMoves(model: Model, state: State): Move[] {
  const { pass } = model.system;
  const moves: Move[] = [];
  const early = spend(state, 'early-pass');
  if (early !== null && hasPlace(model, state, pass) && !model.system.isOver(state.world)) {
    const play = () => begin(model, early, { role: pass.role, aheadMs: pass.earlyMs }, { what: pass.what });
    moves.push({ name: 'an early pass', kind: 'fault', play });
  }
  const ticked = spend(state, 'tick');
  if (ticked !== null) {
    const play = async () => {
      const world = ticked.world.copy();
      world.clock += TICK_MS;
      return { ...ticked, world };
    };
    moves.push({ name: 'time passes', kind: 'fault', play });
  }
  return moves;
}

function hasVisible(model: Model, { world }: State): boolean {
  return model.system.queues.some(({ name }) => world.visible(name).length > 0);
}

/**
 * No process works, and no message can be taken: time passes until everything is due, or everything is over.
 */
function restMoves(model: Model, state: State): Move[] {
  const { system, configuration } = model;
  const last = system.inTheEnd(state.world);
  if (last !== null)
    return [{ name: last.what, kind: 'go', play: () => begin(model, state, last, { what: last.what }) }];
  if (isAtRest(model, state) || state.pauses >= MOST_PAUSES) return [];
  const { pass, pauseMs } = system;
  const play = async () => {
    const world = state.world.copy();
    world.clock += pauseMs;
    const later = { ...state, world, pauses: state.pauses + 1 };
    if (configuration.isUnwatched === true || hasVisible(model, later)) return later;
    // A pass beside other processes is explored by an early pass.
    return await begin(model, later, { role: pass.role, isAlone: true }, { what: pass.what });
  };
  return [{ name: 'a long time passes', kind: 'go', play }];
}

/** No process works, no message is left, and nothing is left to do. */
export function isAtRest(model: Model, state: State): boolean {
  if (isBusy(state)) return false;
  // What stays hidden for days concerns no process before.
  const soon = state.world.clock + DAY_MS;
  const isAwaited = ({ visibleAt }: HeldMessage) => visibleAt < soon;
  if (model.system.queues.some(({ name }) => state.world.queues.messages(name).some(isAwaited))) return false;
  return model.configuration.isUnwatched === true || model.system.isOver(state.world);
}
