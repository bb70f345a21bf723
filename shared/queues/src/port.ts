/** A message that was taken: hidden for a minute. */
export interface TakenMessage {
  readonly id: string;
  readonly text: string;
  /** How often it had been delivered before it was taken. */
  readonly deliveries: number;
  /** Names this delivery. A later delivery makes it invalid. */
  readonly popReceipt: string;
}

/** A message that was only peeked at. */
export interface PeekedMessage {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly insertedAt: number;
  /** How often it has been delivered. */
  readonly deliveries: number;
}

/** How long a taken message stays hidden. The process that took it has this long to delete it. */
export const TAKEN_MS = 60_000;
/** The most messages that are peeked at, or taken, at once: the service's limit. */
export const TAKEN_MAX = 32;

/**
 * The port to Storage queues, as far as the steps of a run need them. The Functions host receives the
 * messages, except those that it has given up.
 */
export interface Queues {
  /** Creates the queues that don't exist yet. */
  create(names: readonly string[]): Promise<void>;
  /**
   * Puts a message, as plain text.
   * @param delayMs how long it stays hidden (rounded up to whole seconds, at most 7 days less one second)
   */
  send(queue: string, text: string, delayMs?: number): Promise<void>;
  /** When the oldest visible message was inserted (milliseconds since 1970), or null if none is visible. */
  headInsertedAt(queue: string): Promise<number | null>;
  /** The oldest visible messages, at most 32. A peek counts no delivery and hides nothing. */
  peek(queue: string): Promise<readonly PeekedMessage[]>;
  /** The approximate number of messages, including hidden ones. */
  depth(queue: string): Promise<number>;
  /**
   * Takes visible messages that were delivered at least this often, at most 32. The others stay as they are.
   */
  takeDelivered(queue: string, deliveries: number): Promise<readonly TakenMessage[]>;
  /** Deletes a taken message. If another process has taken it meanwhile, it stays, and that is no error. */
  deleteTaken(queue: string, taken: TakenMessage): Promise<void>;
}
