/** The port to Storage queues: what the steps of a run need of them. Receiving is the Functions host's. */
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
  /** The approximate number of messages, hidden ones included. */
  depth(queue: string): Promise<number>;
}
