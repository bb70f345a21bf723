import type { Operation } from './operations.ts';
import type { Actor, Body, Ports } from './process.ts';
import type { World } from './world.ts';

/** What may go wrong by itself; to messages also of one queue only, as in `loss square`. What callers wish for has budgets too, under names of the system's own. */
export type Fault =
  /** A process dies before a call, and with it all that it does and remembers. Its messages come again at once. */
  | 'crash'
  /** A write takes effect, or doesn't, and its answer is lost. */
  | 'ambiguous'
  /** What is taken down with its process lets others wait for as long as its lease lasts. */
  | 'long-lease'
  /** A message vanishes. */
  | 'loss'
  /** Somebody puts a message by hand that says what isn't so. */
  | 'forge'
  /** A message is there twice. */
  | 'duplicate'
  /** A process remembers a row as it was before its last change. */
  | 'stale'
  /** A pass of the watchdog comes while others are at work, and finds everything overdue. */
  | 'early-pass'
  /** A few seconds pass while others are at work. */
  | 'tick'
  /** A process does what it does by the clock. */
  | 'look'
  /** Another than the last one goes on, although that could; absent: at any time. */
  | 'delay';

/** @template Verb the budgets of what callers may wish for */
export interface Configuration<Setting, Verb extends string = string> {
  readonly name: string;
  /** What is under test, and what is asked of it. */
  readonly setting: Setting;
  /** What may happen so often only, so that the states are finitely many. */
  readonly budgets: Readonly<Partial<Record<Fault | `${Fault} ${string}` | Verb, number>>>;
  /** Who is there; absent: one of each role, with one task. */
  readonly staff?: Readonly<Partial<Record<string, Staff>>> | undefined;
  /** No watchdog passes: messages alone must bring everything to its end. */
  readonly isUnwatched?: boolean | undefined;
  /** How long each call of a port takes; absent: time stands still but for what is said above, and there are fewer states. */
  readonly callMs?: number | undefined;
  /** Messages that may be sent at most, by queue (I4). */
  readonly limits?: Readonly<Partial<Record<string, number>>> | undefined;
}

/** The processes of a role. */
export interface Staff {
  /** How many there are at once. */
  readonly most: number;
  /** How many tasks each takes on at once; absent: one. */
  readonly tasks?: number | undefined;
  /** Whether a process goes on to the next task with what it remembers; else each is a process of its own. */
  readonly isKept?: boolean | undefined;
}

/** What somebody may want now. */
export interface Wish {
  /** The budget that it takes from. */
  readonly budget: string;
  readonly what: string;
  readonly role: string;
}

/** A change of the world, for whoever checks what it may be. */
export interface Change {
  readonly before: World;
  readonly after: World;
  readonly operation: Operation;
  /** What the process was there for that did it; several tasks: any of them may have. */
  readonly actors: readonly Actor[];
}

/** The system under test, as the explorer sees it: made anew for each configuration. */
export interface System {
  /** An account with all that is there before anything happens. */
  readonly world: () => Promise<World>;
  readonly create: (ports: Ports) => Body;
  /** The queues, whose messages which role takes, and after how many deliveries in vain they go where. */
  readonly queues: readonly Queue[];
  /** What happens first. */
  readonly firsts: readonly (Omit<Wish, 'budget'> & { readonly aheadMs?: number })[];
  readonly wishes: (world: World) => readonly Wish[];
  /** A pass of the watchdog, and how far ahead a clock is for which everything is overdue. */
  readonly pass: Omit<Wish, 'budget'> & { readonly earlyMs: number };
  /** How long it takes at the most until everything is due. */
  readonly pauseMs: number;
  /** Where nothing moves any more: what somebody does in the end, or nothing. */
  readonly inTheEnd: (world: World) => Omit<Wish, 'budget'> | null;
  /** Whether nothing is left to do for a watchdog. */
  readonly isOver: (world: World) => boolean;
  /** A call by which nobody else goes, and which goes by nobody else: no order of such calls makes a difference. */
  readonly isMinor: (operation: Operation) => boolean;
  /** Whether processes remember what they read so. */
  readonly isRemembered: (operation: Operation) => boolean;
  /** Messages that somebody may put who has seen this one. */
  readonly forgeries: (queue: string, text: string) => readonly { readonly queue: string; readonly text: string }[];
  /** An error that a task may end with; any other is a fault of the steps. */
  readonly isExpected: (error: Error) => boolean;
  /** What a process gets to hear where an answer is lost. */
  readonly lostAnswer: () => Error;
  /** What the rules forbid about a change; null: nothing. */
  readonly check: (change: Change) => string | null;
  /** What the rules forbid about the end; null: nothing. */
  readonly checkOver: (world: World) => string | null;
}

export interface Queue {
  readonly name: string;
  readonly role: string;
  readonly maxDeliveries: number;
  /** Whether who takes a message may go by what its process has read before. */
  readonly mayRemember?: boolean;
  /** Where a message goes that nobody has handled; null: it comes again and again. */
  readonly poison: string | null;
}

export interface Model {
  readonly system: System;
  readonly configuration: Configuration<unknown>;
}

/** The world or a process has broken a promise. */
export class Violation extends Error {
  override readonly name = 'Violation';
}
