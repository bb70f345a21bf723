import type { GateVerdict } from '../src/index.ts';
import { checkEnd, demand } from './checks.ts';
import { collect } from './steps/collect.ts';
import { control, raiseEvent, setWindow, start, type Verb } from './steps/control.ts';
import { dispatchRun } from './steps/dispatch.ts';
import type { Process, Steps } from './steps/operations.ts';
import { watch } from './steps/watch.ts';
import { KILLED, workChunk, workPoisoned } from './steps/work.ts';
import { type Envelope, LEASE_MS, MAX_DELIVERIES, type World } from './world.ts';

/** What may go wrong, or be asked for, while a schedule plays. */
export interface Trouble {
  /** Walkers die between any two operations. */
  readonly crashes: boolean;
  readonly duplicates: boolean;
  /** Messages vanish. */
  readonly losses: boolean;
  /** Commits take effect without an answer. */
  readonly lostAnswers: boolean;
  /** The watchdog passes at any time: it may judge a living worker overdue. And afterwards, until the run has ended. */
  readonly watchdog: boolean;
  readonly verbs: readonly Verb[];
  readonly event: GateVerdict | null;
  /** Windows, in items, that the run may be given. */
  readonly windows: readonly number[];
}

export const calm: Trouble = {
  ...{
    crashes: false,
    duplicates: false,
    losses: false,
    lostAnswers: false,
    watchdog: false,
    verbs: [],
    event: null,
    windows: [],
  },
};

/** Someone who walks a step, with the message that he was given. */
export class Walker {
  readonly #steps: Steps;
  readonly envelope: Envelope | null;
  /** The place where he stands; null: he is through. */
  at: string | null = 'start';

  constructor(steps: Steps, envelope: Envelope | null = null) {
    this.#steps = steps;
    this.envelope = envelope;
  }

  step(): void {
    if (this.at === null) return;
    const next = this.#steps.next();
    this.at = next.done === true ? null : next.value;
  }

  /** Goes on to a place, or to the end. */
  reach(place: string | null): void {
    do this.step();
    while (this.at !== null && this.at !== place);
    demand(this.at === place, `the trace: never came to ${place}`);
  }
}

/** A host for the walkers: delivers messages, gives them back after a crash, lets time pass. */
export class Host {
  readonly world: World;
  /** Two workers, each with what it believes of the run. */
  readonly processes: readonly [Process, Process] = [{ known: null }, { known: null }];
  walkers: Walker[] = [];

  constructor(world: World) {
    this.world = world;
  }

  walk(steps: Steps, envelope: Envelope | null = null): Walker {
    const walker = new Walker(steps, envelope);
    this.walkers.push(walker);
    return walker;
  }

  /** Hands a message out; it is gone from the queue until its walker dies. */
  deliver(envelope: Envelope, process: Process = this.processes[0]): Walker {
    const { world } = this;
    world.queue = world.queue.filter((other) => other !== envelope);
    return this.walk(this.#stepsOf(envelope, process), envelope);
  }

  #stepsOf({ message, isPoison }: Envelope, process: Process): Steps {
    const { world } = this;
    switch (message.kind) {
      case 'work':
        return isPoison ? workPoisoned(world, process, message) : workChunk(world, process, message);
      case 'dispatch':
        return dispatchRun(world, process, message);
      case 'collect':
      case 'event':
        return collect(world, process, message);
    }
  }

  /** A walker dies. His message comes again when its lease has run out, or goes to the poison queue. */
  crash(walker: Walker): void {
    const { world } = this;
    this.walkers = this.walkers.filter((other) => other !== walker);
    walker.at = null; // nobody goes on from here
    const { envelope } = walker;
    if (envelope === null) return;
    const deliveries = envelope.deliveries + 1;
    const isPoison = envelope.isPoison || deliveries >= MAX_DELIVERIES;
    world.queue.push({ ...envelope, deliveries, isPoison, visibleAt: world.now + LEASE_MS });
  }

  advance(walker: Walker): void {
    walker.step();
    if (walker.at === KILLED) this.crash(walker);
    else if (walker.at === null) this.walkers = this.walkers.filter((other) => other !== walker);
  }

  /** Walks one to the end. */
  finish(walker: Walker): void {
    while (walker.at !== null) this.advance(walker);
  }

  /** Walks everyone who is under way to the end, one after the other. */
  finishWalkers(): void {
    for (let steps = 0; this.walkers[0] !== undefined; steps += 1) {
      demand(steps < MAX_STEPS, 'I6: steps call each other without end');
      this.advance(this.walkers[0]);
    }
  }

  /** Delivers what is visible, first come first served, until nothing is. */
  drain(): void {
    this.finishWalkers();
    for (let deliveries = 0; ; deliveries += 1) {
      demand(deliveries < MAX_STEPS, 'I6: messages call each other without end');
      const [next] = this.world.visible();
      if (next === undefined) return;
      this.deliver(next);
      this.finishWalkers();
    }
  }

  /** No more trouble: lets the run come to its end and checks what it came to. Without watchdog time passes only to the next message. */
  settle(hasWatchdog: boolean): void {
    const { world } = this;
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      this.drain();
      if (world.run?.value.status === 'Suspended') {
        this.walk(control(world, 'resume'));
        continue;
      }
      const next = Math.min(...world.queue.map(({ visibleAt }) => visibleAt));
      if (hasWatchdog) {
        if (world.live === null && next === Number.POSITIVE_INFINITY) break;
        world.now += WATCH_EVERY_MS;
        this.walk(watch(world));
      } else if (next === Number.POSITIVE_INFINITY) break;
      else world.now = Math.max(world.now, next);
    }
    checkEnd(world);
  }
}

/** More than any of the model's runs needs. */
const MAX_STEPS = 5_000;
/** At half a minute each: longer than the repairs of a run take in which every chunk kills its workers. */
const MAX_PASSES = 5_000;
const WATCH_EVERY_MS = 30_000;
const MAX_WALKERS = 5;
/** Time passes by less than a cached run row's life, more than it, a retry's delay, a pass of the watchdog, and an overdue claim's. */
const TICKS_MS = [400, 1_100, 6_000, 31_000, 130_000];

/**
 * Plays a schedule: every number chooses what happens next, who goes on, or what goes wrong. Then the trouble stops, and the run must end well.
 */
export function playSchedule(world: World, choices: readonly number[], trouble: Trouble): void {
  const host = new Host(world);
  host.walk(start(world));
  for (const choice of choices) act(host, choice, trouble);
  if (world.run === null && trouble.crashes) host.walk(start(world)); // a caller without an answer asks again
  host.settle(trouble.watchdog);
}

function act(host: Host, choice: number, trouble: Trouble): void {
  const { world } = host;
  const kind = choice % 20;
  const pick = Math.floor(choice / 20);
  const one = <Value>(values: readonly Value[]) => values[pick % Math.max(1, values.length)];
  const walker = one(host.walkers);
  const envelope = one(world.visible());
  if (kind < 8) {
    if (walker !== undefined) host.advance(walker);
  } else if (kind < 13) {
    if (envelope !== undefined && host.walkers.length < MAX_WALKERS) host.deliver(envelope, one(host.processes));
  } else if (kind === 13) {
    world.now += one(TICKS_MS) ?? 0;
  } else if (kind === 14) {
    if (trouble.duplicates && envelope !== undefined) {
      world.queue.push({ ...envelope });
      world.repeats += 1;
    }
  } else if (kind === 15) {
    if (trouble.losses && envelope !== undefined) world.queue = world.queue.filter((other) => other !== envelope);
  } else if (kind === 16) {
    if (trouble.crashes && walker !== undefined) host.crash(walker);
  } else if (kind === 17) {
    if (trouble.lostAnswers) world.losesNextAnswer = true;
  } else if (kind === 18) {
    if (trouble.watchdog && host.walkers.length < MAX_WALKERS) host.walk(watch(world));
  } else ask(host, pick, trouble);
}

/** A caller asks for something: one of the verbs, another window, or the awaited event, once. */
function ask(host: Host, pick: number, { verbs, event, windows }: Trouble): void {
  const { world } = host;
  const wish = pick % (verbs.length + windows.length + 1);
  const verb = verbs[wish];
  const window = windows[wish - verbs.length];
  if (verb !== undefined) host.walk(control(world, verb));
  else if (window !== undefined) host.walk(setWindow(world, window));
  else if (event !== null && world.verdict === null) host.walk(raiseEvent(world, event));
}
