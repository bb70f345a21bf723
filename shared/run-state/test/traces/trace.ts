import type { RunFailure } from '../../src/index.ts';
import type { Setting } from '../counting-chain.ts';
import type { MutantName } from '../mutants.ts';
import type { Rules } from '../rules.ts';
import { Host, type Walker } from '../schedule.ts';
import { control, start, type Verb } from '../steps/control.ts';
import { changeRun, type Process, perform, type Steps } from '../steps/operations.ts';
import { watch } from '../steps/watch.ts';
import { type Envelope, type Message, World } from '../world.ts';

/** What goes wrong without a rule: a schedule that ends well with it, and the mutants that it must catch. */
export interface Trace {
  /** "without <rule>: <what happens>". */
  readonly name: string;
  readonly catches: readonly MutantName[];
  /** @throws Violation where a promise is broken */
  readonly play: (rules: Rules) => void;
}

/** A host in a trace's hands: everything happens when the trace says so. */
export class Stage extends Host {
  constructor(setting: Setting, rules: Rules) {
    super(new World(setting, rules));
  }

  /** A run that has just been started. */
  static started(setting: Setting, rules: Rules): Stage {
    const stage = new Stage(setting, rules);
    stage.finish(stage.walk(start(stage.world)));
    return stage;
  }

  /** The message of a kind that was sent last, whether it is visible or not. */
  last(kind: Message['kind'], isMeant: (message: Message) => boolean = () => true): Envelope {
    const found = this.world.queue.findLast(({ message }) => message.kind === kind && isMeant(message));
    if (found === undefined) throw new Error(`no ${kind} message is queued`);
    return found;
  }

  /** The message to work on a chunk of the first shard. */
  work(chunk: number): Envelope {
    return this.last('work', (message) => message.kind === 'work' && message.chunk === chunk);
  }

  /** The message that a walker was given, once more. */
  copyOf({ envelope }: Walker): Envelope {
    if (envelope === null) throw new Error('the walker was given no message');
    return { ...envelope };
  }

  /** Delivers a message and walks it to the end. */
  handle(envelope: Envelope, process?: Process): void {
    this.finish(this.deliver(envelope, process));
  }

  /** Delivers a message and holds its walker at a place. */
  hold(envelope: Envelope, place: string, process?: Process): Walker {
    const walker = this.deliver(envelope, process);
    walker.reach(place);
    return walker;
  }

  does(...verbs: readonly Verb[]): void {
    for (const verb of verbs) this.finish(this.walk(control(this.world, verb)));
  }

  /** A pass of the watchdog. */
  watches(): void {
    this.finish(this.walk(watch(this.world)));
  }

  /** The watchdog or a worker finds that the run must fail. */
  fails(): void {
    const failure = { code: 'Stopped', message: 'the trace wants it' };
    const gen = this.world.run?.value.gen ?? '';
    this.finish(this.walk(failRun(this.world, gen, failure)));
  }

  /** Handles all messages while one walker stays where he is. */
  drainOthers(held: Walker): void {
    this.walkers = this.walkers.filter((walker) => walker !== held);
    this.drain();
  }

  loseMessages(): void {
    this.world.queue = [];
  }
}

/** A run of one shard with a chunk an item. */
export function oneShard(items: Setting['shards'][number][number], windowChunks: number): Setting {
  return { shards: [items.map((item) => [item])], windowChunks };
}

export function startOf(stage: Stage): Steps {
  return start(stage.world);
}

function* failRun(world: World, gen: string, failure: RunFailure): Steps {
  const failed = yield* changeRun(world, gen, () => ({ type: 'fail', failure }));
  if (failed !== null) yield* perform(world, failed.run, failed.effects);
}
