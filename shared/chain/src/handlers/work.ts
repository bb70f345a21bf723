import type { Json } from '@tally/contracts';
import type { Blobs } from './blobs.ts';
import { type Duration, durationMs } from './duration.ts';

/** A handler's answer "not done yet": made by `work.again`, known by its class. */
export class Again {
  /** Milliseconds until the work is to be handed out again. */
  readonly afterMs: number;
  /** What the next call finds as `work.state`. */
  readonly state: Json | undefined;

  /** @throws RangeError for what is no duration */
  constructor(after: Duration, state?: Json) {
    this.afterMs = durationMs(after);
    this.state = state;
  }
}

/** All that a handler gets. */
export interface Work<Input, State extends Json = Json> {
  readonly input: Input;
  readonly run: { readonly id: string; readonly gen: string; readonly chain: string; readonly node: string };
  /**
   * Names this piece of work, the same for every delivery and try, and for a rewind that goes on with it; another after a restart: an idempotency key, a row
   * key, a Message-ID.
   */
  readonly key: string;
  /** From 1; deliveries of the same try share it. */
  readonly attempt: number;
  /** Fires when the run no longer wants the result, and when the time limit of this try is over. */
  readonly signal: AbortSignal;
  readonly log: WorkLog;
  readonly blobs: Blobs;
  /** The address at which a person or an outside system raises an event of this run with this payload, for approve and reject links. */
  readonly eventUrl: (event: string, payload: Json) => string;
  /** What the last `again` left; undefined at first. */
  readonly state: State | undefined;
  /** Not done yet: ask me again. Uses up no attempt; the node's `within` ends it. Return what it gives. */
  readonly again: (after: Duration, state?: State) => Again;
}

export interface WorkLog {
  readonly info: (data: object, message: string) => void;
  readonly warn: (data: object, message: string) => void;
}

/** Does the work of a task. An error is tried again as the node's `retry` says, unless it is a `FatalError`. */
export type Handler<Input, Result> = (work: Work<Input>) => Promise<Result | Again>;

/** Does the work of one item of a map; the item is the input. */
export type MapHandler<Item, Result> = (work: MapWork<Item>) => Promise<Result>;

/** An item has nowhere to keep what it would go on with, so it can't be asked again. */
export interface MapWork<Item> extends Omit<Work<Item>, 'again' | 'state'> {
  /** The item's number in its map, from 0. */
  readonly index: number;
}
