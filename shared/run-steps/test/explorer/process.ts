import type { Queues } from '@tally/queues';
import type { Tables } from '@tally/run-store';
import { type Answer, askingQueues, askingTables, errorOf, nameOf, type Operation } from './operations.ts';
import { giveTurn, standstill, type Ticking } from './turn.ts';

/** Something for a process to do. It is plain data, so it can be done again. */
export interface Actor {
  /** What it does, in words of the system under test. */
  readonly what: string;
  /** The message that it was given. */
  readonly message?: Message | undefined;
}

export interface Message {
  readonly queue: string;
  readonly id: string;
  readonly text: string;
  readonly popReceipt: string;
  readonly dequeueCount: number;
  readonly insertedAt: number;
}

/** Everything that code under test may touch. */
export interface Ports {
  readonly tables: Tables;
  readonly queues: Queues;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A token that never repeats. */
  readonly token: () => string;
  /** Something that takes time: all other processes may come in between. */
  readonly work: (what: string) => Promise<void>;
  /** Takes the process down. It never returns. */
  readonly die: () => Promise<void>;
}

/** What has happened to a process, in order: enough to bring a copy of it to the same point. */
export type Entry =
  | { readonly kind: 'begin'; readonly task: number; readonly actor: Actor; readonly now: number }
  | {
      readonly kind: 'answer';
      readonly call: number;
      /** What was asked, so that it shows where a process doesn't do the same again. */
      readonly name: string;
      readonly answer: Answer;
      readonly now: number;
    }
  | { readonly kind: 'tick'; readonly now: number };

/** A call that waits for its answer. */
export interface Pending {
  readonly call: number;
  readonly operation: Operation;
}

/** A task that is over, with or without an error. */
export interface Outcome {
  readonly task: number;
  readonly error: Error | null;
}

/**
 * Does what an actor is for, with nothing but these ports. There is one for each process, so that it can
 * remember things from task to task.
 */
export type Body = (actor: Actor) => Promise<void>;

/**
 * A process at work. It goes on by one entry of its journal at a time, then stands still: at calls that wait,
 * or at the end of its tasks.
 */
export class LiveProcess {
  readonly #name: string;
  readonly #body: Body;
  readonly #tables: Tables;
  readonly #waiting = new Map<number, { readonly operation: Operation; readonly settle: (answer: Answer) => void }>();
  readonly #ticking: Ticking = new Set();
  readonly #over: Outcome[] = [];
  #now = 0;
  #calls = 0;
  #tokens = 0;

  /** @param name makes its tokens unique */
  constructor(name: string, create: (ports: Ports) => Body) {
    this.#name = name;
    const ask = (operation: Operation) => this.#ask(operation);
    this.#tables = askingTables(ask);
    this.#body = create({
      tables: this.#tables,
      queues: askingQueues(ask),
      now: () => this.#now,
      token: () => {
        this.#tokens += 1;
        return `p${this.#name}n${this.#tokens}`;
      },
      work: async (what) => {
        await ask({ does: 'work', what });
      },
      die: async () => {
        await ask({ does: 'die' });
      },
    });
  }

  async apply(entry: Entry): Promise<void> {
    this.#now = entry.now;
    giveTurn({ tables: this.#tables, ticking: this.#ticking });
    if (entry.kind === 'begin') this.#begin(entry.task, entry.actor);
    else if (entry.kind === 'tick') for (const tick of this.#ticking) tick();
    else {
      const waiting = this.#waiting.get(entry.call);
      const asked = waiting === undefined ? 'nothing' : nameOf(waiting.operation);
      if (waiting === undefined || asked !== entry.name)
        throw new Error(`process ${this.#name} does not repeat its step: not ${entry.name}, but ${asked}`);
      this.#waiting.delete(entry.call);
      waiting.settle(entry.answer);
    }
    await standstill();
    giveTurn(null);
  }

  pending(): readonly Pending[] {
    return [...this.#waiting].map(([call, { operation }]) => ({ call, operation }));
  }

  /** Whether it does anything by the clock at present. */
  ticks(): boolean {
    return this.#ticking.size > 0;
  }

  over(): readonly Outcome[] {
    return [...this.#over];
  }

  #begin(task: number, actor: Actor): void {
    this.#body(actor).then(
      () => this.#over.push({ task, error: null }),
      (error: unknown) => this.#over.push({ task, error: errorOf(error) }),
    );
  }

  async #ask(operation: Operation): Promise<Answer> {
    this.#calls += 1;
    const call = this.#calls;
    const answer = await new Promise<Answer>((settle) => {
      this.#waiting.set(call, { operation, settle });
    });
    if (answer.kind === 'error') throw answer.error;
    return answer;
  }
}
