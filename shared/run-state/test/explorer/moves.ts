import { isTerminal } from '@tally/contracts';
import { MAX_DELIVERIES, type Model } from './model.ts';
import { Moment } from './moment.ts';
import { type Budget, emptyState, type Message, type Role, type State, type Task, type Walker } from './state.ts';
import { begin, busy, deliver, describe, die, isQuiet, nameOf, walk } from './walkers.ts';

/** Something that can happen in a state. */
export interface Move {
  readonly name: string;
  readonly play: (moment: Moment) => void;
}

/** A state one step on. */
export interface Successor {
  readonly name: string;
  readonly state: State;
}

/** Every state that one step leads to: each move, with each answer to each of its choices. @throws whatever a step throws, with the move's name */
export function* successorsOf(model: Model, state: State): Generator<Successor> {
  for (const { name, play } of movesOf(model, state)) {
    for (let script: readonly number[] | null = []; script !== null; ) {
      const moment = new Moment(model, state, script);
      try {
        play(moment);
      } catch (cause) {
        throw new StepError(name, cause);
      }
      const taken = moment.choices.map((choice) => choice.taken);
      yield { name: taken.some((choice) => choice > 0) ? `${name} [${taken.join()}]` : name, state: moment.state() };
      script = nextScript(moment);
    }
  }
}

/** A step has broken a promise. */
export class StepError extends Error {
  override readonly name = 'StepError';
  readonly move: string;

  constructor(move: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.move = move;
  }
}

/** The next answers, the last choice first; null: all are played. */
function nextScript({ choices }: Moment): readonly number[] | null {
  for (let place = choices.length - 1; place >= 0; place -= 1) {
    const choice = choices[place];
    if (choice !== undefined && choice.taken + 1 < choice.of) {
      return [...choices.slice(0, place).map(({ taken }) => taken), choice.taken + 1];
    }
  }
  return null;
}

function movesOf(model: Model, state: State): Move[] {
  // A send commutes with whatever the others do. So nobody comes between, but death: fewer states, and every order is still seen.
  const sending = state.walkers.find(({ tasks }) => tasks[0] !== undefined && isPureSend(tasks[0]));
  if (sending !== undefined) return movesOfWalker(state, sending);
  const { walkers, left } = state;
  const moves: Move[] = [...walkers.flatMap((walker) => movesOfWalker(state, walker))];
  for (const message of state.messages) moves.push(...movesOfMessage(model, state, message));
  for (const [verb, task] of verbs) if ((left[verb] ?? 0) > 0) moves.push(...movesOfCaller(model, state, verb, task));
  moves.push(...purgeMoves(state), ...watchMoves(model, state), ...clockMoves(model, state));
  return moves;
}

function isPureSend(task: Task): boolean {
  if (task.do === 'tell-event' || task.do === 'keep-letter') return true;
  return task.do === 'effect' && task.effect.type !== 'fail-run';
}

/** The budgets from which a walker's death may be taken. */
const crashesOf: Readonly<Record<Role, readonly Budget[]>> = {
  worker: ['crash', 'worker-crash'],
  collector: ['crash'],
  watchdog: ['crash'],
  caller: ['crash', 'caller-crash'],
  purger: ['crash'],
};

function movesOfWalker(state: State, walker: Walker): Move[] {
  const [task, ...rest] = walker.tasks;
  if (task === undefined) return [];
  const name = nameOf(walker.role, task);
  const moves: Move[] = [{ name, play: (moment) => walk(moment, walker, task, rest) }];
  for (const crash of crashesOf[walker.role]) {
    if ((state.left[crash] ?? 0) === 0) continue;
    const play = (moment: Moment) => {
      moment.spend(crash);
      die(moment, walker);
    };
    moves.push({ name: `crash before ${name}`, play });
  }
  return moves;
}

function movesOfMessage(model: Model, state: State, message: Message): Move[] {
  if (message.kind === 'timeout' && !state.isLate) return [];
  const { configuration } = model;
  const role: Role = message.kind === 'work' ? 'worker' : 'collector';
  const most = role === 'worker' ? configuration.workers : configuration.collectors;
  const take = (moment: Moment) => {
    moment.messages = moment.messages.filter((other) => other !== message);
  };
  const name = describe(message);
  const moves: Move[] = [];
  if (busy(state, role) < most)
    moves.push({ name: `${role} takes ${name}`, play: (moment) => deliver(moment, message, take, role) });
  if ((state.left.duplicate ?? 0) > 0) {
    moves.push({
      name: `duplicate ${name}`,
      play: (moment) => {
        moment.spend('duplicate');
        moment.messages = [...moment.messages, { ...message }];
      },
    });
  }
  if ((state.left.forge ?? 0) > 0) moves.push(...forgeryMoves(state, message));
  if ((state.left.loss ?? 0) > 0) {
    moves.push({
      name: `lose ${name}`,
      play: (moment) => {
        moment.spend('loss');
        take(moment);
      },
    });
  }
  return moves;
}

/** Copies of a message that claim what isn't so: about another chunk, another shard, other items, a later try, or that the host has given them up. */
function forgeryMoves({ run }: State, message: Message): Move[] {
  const copies: Message[] = [];
  if (message.kind === 'work') {
    const forged = { ...message, isForged: true, tok: '#0', attempt: 9 } as const;
    copies.push(forged, { ...forged, chunk: message.chunk + 1 }, { ...forged, items: [0] });
    copies.push({ ...forged, deliveries: MAX_DELIVERIES }, { ...message, isForged: true, deliveries: MAX_DELIVERIES });
  }
  if (message.kind === 'work' && run !== null) {
    const { gen, epoch } = run;
    copies.push(
      { kind: 'collect', gen, shard: message.shard, epoch, deliveries: 0 },
      { kind: 'event', gen, deliveries: 0 },
    );
    copies.push({ kind: 'dispatch', gen, epoch, tok: message.tok, deliveries: 0 });
  }
  return copies.map((copy) => ({
    name: `forge ${describe(copy)}`,
    play: (moment) => {
      moment.spend('forge');
      moment.messages = [...moment.messages, copy];
    },
  }));
}

const verbs: readonly (readonly [Budget, Task])[] = [
  ['suspend', { do: 'ask', verb: 'suspend' }],
  ['resume', { do: 'ask', verb: 'resume' }],
  ['terminate', { do: 'ask', verb: 'terminate' }],
  ['window', { do: 'ask', verb: 'set-window' }],
  ['rewind', { do: 'rewind', isTouched: false }],
  ['start', { do: 'start' }],
  ['event', { do: 'raise-event' }],
];

/** A caller asks only for what the run's status allows: all else is refused and changes nothing. */
function movesOfCaller({ configuration }: Model, state: State, verb: Budget, task: Task): Move[] {
  const { run } = state;
  const status = run?.status ?? null;
  const isPossible =
    (verb === 'suspend' && status === 'Running') ||
    (verb === 'window' && status === 'Running') ||
    (verb === 'resume' && status === 'Suspended') ||
    (verb === 'terminate' && run !== null && !isTerminal(run.status)) ||
    (verb === 'rewind' && (status === 'Completed' || (run?.status === 'Failed' && run.total > 0 && isWhole(state)))) ||
    (verb === 'start' && (run === null || isTerminal(run.status))) ||
    (verb === 'event' && run !== null && !isTerminal(run.status));
  if (!isPossible || busy(state, 'caller') >= (configuration.callers ?? 1)) return [];
  const play = (moment: Moment) => {
    moment.spend(verb);
    begin(moment, 'caller', task);
  };
  return [{ name: `caller: ${verb}`, play }];
}

/** Somebody purges an ended run, while another may be bringing it back to life. */
function purgeMoves(state: State): Move[] {
  const { run, left } = state;
  if ((left.purge ?? 0) === 0 || run === null || !isTerminal(run.status) || busy(state, 'purger') > 0) return [];
  const play = (moment: Moment) => {
    moment.spend('purge');
    begin(moment, 'purger', { do: 'purge', isTidy: false });
  };
  return [{ name: 'purge', play }];
}

function isWhole({ run }: State): boolean {
  return run?.status !== 'Failed' || run.error.code !== 'IntakeInterrupted';
}

/** Early passes, as often as the budget says; and where nothing else can happen, a pass whenever it can do something. */
function watchMoves({ configuration }: Model, state: State): Move[] {
  const { live, left, run } = state;
  if (live === null || busy(state, 'watchdog') >= configuration.watchdogs) return [];
  const moves: Move[] = [];
  if ((left['early-watch'] ?? 0) > 0 && run?.status !== 'Suspended') {
    moves.push({
      name: 'early watchdog',
      play: (moment) => {
        moment.spend('early-watch');
        begin(moment, 'watchdog', { do: 'watch', isEarly: true });
      },
    });
  }
  if ((left.deadline ?? 0) > 0 && run !== null && !isTerminal(run.status) && run.status !== 'Pending') {
    moves.push({
      name: 'deadline',
      play: (moment) => {
        moment.spend('deadline');
        begin(moment, 'watchdog', { do: 'end', gen: run.gen, failure: { code: 'DeadlineExceeded', message: 'late' } });
      },
    });
  }
  if (isQuiet(state) && run?.status !== 'Suspended' && !isWaitingForGate(state)) {
    moves.push({ name: 'watchdog', play: (moment) => begin(moment, 'watchdog', { do: 'watch', isEarly: false }) });
  }
  return moves;
}

function isWaitingForGate({ run, isLate }: State): boolean {
  return run?.status === 'Running' && run.gate.state === 'waiting' && !isLate;
}

/** Time passes: the gate's time runs out; and whoever has suspended a run resumes it in the end. */
function clockMoves({ configuration }: Model, state: State): Move[] {
  const { run } = state;
  const moves: Move[] = [];
  const isGateOpen = run !== null && 'gate' in run && run.gate.state === 'waiting' && !state.isLate;
  if (isGateOpen && configuration.waitsForever !== true) {
    moves.push({
      name: "the gate's time is over",
      play: (moment) => {
        moment.isLate = true;
      },
    });
  }
  if ((state.left.lateness ?? 0) > 0) {
    moves.push({
      name: 'the deadline is over',
      play: (moment) => {
        moment.spend('lateness');
        moment.isOver = true;
      },
    });
  }
  if (isQuiet(state) && run?.status === 'Suspended') {
    moves.push({
      name: 'caller: resume in the end',
      play: (moment) => begin(moment, 'caller', { do: 'ask', verb: 'resume' }),
    });
  }
  return moves;
}

/** The state from which a configuration is explored. */
export function initialState(model: Model): State {
  const { configuration } = model;
  const moment = new Moment(model, { ...emptyState, left: configuration.budgets });
  begin(moment, 'caller', { do: 'start' });
  // Without choices: no fault strikes before the exploration begins.
  while (configuration.from === 'started' && moment.walkers[0] !== undefined) {
    const [walker] = moment.walkers;
    const [task, ...rest] = walker.tasks;
    if (task === undefined) break;
    walk(moment, walker, task, rest);
  }
  return { ...moment.state(), past: null, left: configuration.budgets };
}
