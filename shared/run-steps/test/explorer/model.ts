import type { Operation } from './operations.ts';
import type { Actor, Body, Ports } from './process.ts';
import type { World } from './world.ts';

/**
 * What may go wrong by itself. For messages, a budget may also be for one queue only, as in `loss square`.
 * Callers' wishes have budgets too, under the system's own names.
 */
export type Fault =
  /**
   * A process dies before a call, with everything that it does and remembers. Its messages come again at
   * once.
   */
  | 'crash'
  /** A write takes effect or not, and its answer is lost. */
  | 'ambiguous'
  /**
   * A message that is taken down with its process stays hidden from others for as long as its lease lasts.
   */
  | 'long-lease'
  /** A message vanishes. */
  | 'loss'
  /** A message with false claims is put by hand. */
  | 'forge'
  /** A message is there twice. */
  | 'duplicate'
  /** A process remembers a row as it was before its last change. */
  | 'stale'
  /** A pass of the watchdog comes while other processes work, and finds everything overdue. */
  | 'early-pass'
  /** A few seconds pass while processes work. */
  | 'tick'
  /** A process does what it does by the clock. */
  | 'look'
  /** A process other than the last one goes on, although that one could; absent: at any time. */
  | 'delay';

/** @template Verb the budgets of callers' wishes */
export interface Configuration<Setting, Verb extends string = string> {
  readonly name: string;
  /** What is under test, and what is asked of it. */
  readonly setting: Setting;
  /** How often things may happen, so that the number of states is finite. */
  readonly budgets: Readonly<Partial<Record<Fault | `${Fault} ${string}` | Verb, number>>>;
  /** Which processes there are; absent: one of each role, with one task. */
  readonly staff?: Readonly<Partial<Record<string, Staff>>> | undefined;
  /** No watchdog passes: messages alone must bring everything to its end. */
  readonly isUnwatched?: boolean | undefined;
  /**
   * How long each call of a port takes; absent: time stands still except for the faults above, and there are
   * fewer states.
   */
  readonly callMs?: number | undefined;
  /** How many messages may be sent at most, by queue (I4). */
  readonly limits?: Readonly<Partial<Record<string, number>>> | undefined;
}

/** The processes of a role. */
export interface Staff {
  /** How many there are at once. */
  readonly most: number;
  /** How many tasks each process takes at once; absent: one. */
  readonly tasks?: number | undefined;
  /**
   * Whether a process goes on to the next task with what it remembers. Otherwise each task has a process of
   * its own.
   */
  readonly isKept?: boolean | undefined;
}

/** What a caller may ask for now. */
export interface Wish {
  /** The budget that it spends. */
  readonly budget: string;
  readonly what: string;
  readonly role: string;
}

/** A change of the world, for the check of the rules. */
export interface Change {
  readonly before: World;
  readonly after: World;
  readonly operation: Operation;
  /** The actors of the process that made it. If there are several, any of them may have made it. */
  readonly actors: readonly Actor[];
}

/** The system under test, as the explorer sees it. It is made for each configuration. */
export interface System {
  /** An account with everything that is there before anything happens. */
  readonly world: () => Promise<World>;
  readonly create: (ports: Ports) => Body;
  /**
   * The queues: which role takes their messages, and where a message goes after how many failed deliveries.
   */
  readonly queues: readonly Queue[];
  /** What happens first. */
  readonly firsts: readonly (Omit<Wish, 'budget'> & { readonly aheadMs?: number })[];
  readonly wishes: (world: World) => readonly Wish[];
  /** A pass of the watchdog, and how far ahead a clock is for which everything is overdue. */
  readonly pass: Omit<Wish, 'budget'> & { readonly earlyMs: number };
  /** After how long everything is due, at most. */
  readonly pauseMs: number;
  /** What a caller does in the end, where nothing moves any more; null: nothing. */
  readonly inTheEnd: (world: World) => Omit<Wish, 'budget'> | null;
  /** Whether a watchdog has nothing left to do. */
  readonly isOver: (world: World) => boolean;
  /**
   * A call on which no other process depends, and which depends on no other process. The order of such calls
   * makes no difference.
   */
  readonly isMinor: (operation: Operation) => boolean;
  /** Whether processes remember what they read by this call. */
  readonly isRemembered: (operation: Operation) => boolean;
  /** Messages that can be forged from this one. */
  readonly forgeries: (queue: string, text: string) => readonly { readonly queue: string; readonly text: string }[];
  /** An error that a task may end with. Any other error is a fault of the steps. */
  readonly isExpected: (error: Error) => boolean;
  /** The error that a process gets where an answer is lost. */
  readonly lostAnswer: () => Error;
  /** Which rule a change breaks; null: none. */
  readonly check: (change: Change) => string | null;
  /** Which rule the end breaks; null: none. */
  readonly checkOver: (world: World) => string | null;
}

export interface Queue {
  readonly name: string;
  readonly role: string;
  readonly maxDeliveries: number;
  /** Whether a process that takes a message may rely on what it has read before. */
  readonly mayRemember?: boolean;
  /** Where a message goes that no delivery has handled; null: it comes again and again. */
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
