/** A message that was taken out of sight for a minute. */
export interface TakenMessage {
  readonly id: string;
  readonly text: string;
  /** How often it had been delivered before it was taken. */
  readonly deliveries: number;
  /** Names this very delivery: a later one makes it invalid. */
  readonly popReceipt: string;
}

/** A message that was only looked at. */
export interface PeekedMessage {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly insertedAt: number;
  /** How often it has been delivered. */
  readonly deliveries: number;
}

/** How long a taken message stays hidden: whoever takes it has that long to delete it. */
export const TAKEN_MS = 60_000;
/** Messages that are looked at, and taken, at once: what the service allows. */
export const TAKEN_MAX = 32;

/** The port to Storage queues: what the steps of a run need of them. Receiving is the Functions host's, but for what it has given up. */
export interface Queues {
  /** Creates the queues that aren't there. */
  create(names: readonly string[]): Promise<void>;
  /**
   * Puts a message, as plain text.
   * @param delayMs how long it stays hidden (rounded up to whole seconds, at most 7 days less a second)
   */
  send(queue: string, text: string, delayMs?: number): Promise<void>;
  /** When the oldest visible message was inserted (milliseconds since 1970); null where none is visible. */
  headInsertedAt(queue: string): Promise<number | null>;
  /** The oldest visible messages, at most 32. A look counts no delivery, and hides nothing. */
  peek(queue: string): Promise<readonly PeekedMessage[]>;
  /** The approximate number of messages, hidden ones included. */
  depth(queue: string): Promise<number>;
  /** Takes visible messages that were delivered at least so often, at most 32; the others stay as they are. */
  takeDelivered(queue: string, deliveries: number): Promise<readonly TakenMessage[]>;
  /** Deletes a message that was taken; one that another has taken meanwhile stays, and that is no error. */
  deleteTaken(queue: string, taken: TakenMessage): Promise<void>;
}
