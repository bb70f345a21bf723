import type { Json } from '@tally/contracts';
import type { Blobs } from './blobs.ts';
import { type Duration, durationMs } from './duration.ts';

/** A handler's answer "not done yet". `work.again` makes it, and its class identifies it. */
export class Again {
  /** Milliseconds until the work is handed out again. */
  readonly afterMs: number;
  /** The value of `work.state` in the next call. */
  readonly state: Json | undefined;

  /** @throws RangeError if `after` is no duration */
  constructor(after: Duration, state?: Json) {
    this.afterMs = durationMs(after);
    this.state = state;
  }
}

/** Everything that a handler gets. */
export interface Work<Input, State extends Json = Json> {
  readonly input: Input;
  readonly run: { readonly id: string; readonly generation: string; readonly chain: string; readonly node: string };
  /**
   * Names this piece of work. The key stays the same for every delivery and try, and for a rewind that goes
   * on with the work. It differs after a restart. Use it as an idempotency key, a row key or a Message-ID.
   */
  readonly key: string;
  /** The try's number, from 1. Deliveries of the same try share it. */
  readonly attempt: number;
  /** Fires when the run no longer needs the result, and when the time limit of this try is over. */
  readonly signal: AbortSignal;
  readonly log: WorkLog;
  readonly blobs: Blobs;
  /**
   * The address where a person or an outside system raises an event of this run with this payload, for links
   * that approve and reject.
   */
  readonly eventUrl: (event: string, payload: Json) => string;
  /** The state that the last `again` left. Undefined at first. */
  readonly state: State | undefined;
  /**
   * Asks to be called again, because the work isn't done yet. Return its result. It uses up no attempt, and
   * the node's `within` limits it.
   */
  readonly again: (after: Duration, state?: State) => Again;
}

export interface WorkLog {
  readonly info: (data: object, message: string) => void;
  readonly warn: (data: object, message: string) => void;
}

/**
 * Does the work of a task. An error is tried again as the node's `retry` says, unless it is a `FatalError`.
 */
export type Handler<Input, Result> = (work: Work<Input>) => Promise<Result | Again>;

/** Does the work of one item of a map. The item is the input. */
export type MapHandler<Item, Result> = (work: MapWork<Item>) => Promise<Result>;

/** The work of one item. An item has no place to keep state, so it can't be called again. */
export interface MapWork<Item> extends Omit<Work<Item>, 'again' | 'state'> {
  /** The item's number in its map, from 0. */
  readonly index: number;
}
