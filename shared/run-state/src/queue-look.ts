/** What a pass knows about a node's queue. */
export interface QueueLook {
  /** When the oldest visible message was inserted, in milliseconds since 1970; null: none. */
  readonly headInsertedAt: number | null;
  /** When a worker was seen last that serves this node of this chain and version; null: none is known. */
  readonly servedAt: number | null;
}

/**
 * R8: whether somebody who serves the node has been there since an instant. A message that nobody takes, or that an older app puts back, says nothing about what
 * it carries, so what is out is given up only where this is so; until then it is sent again as before, for a process that takes it says that it serves.
 */
export function isServedSince({ servedAt }: Pick<QueueLook, 'servedAt'>, at: number): boolean {
  return servedAt !== null && servedAt >= at;
}
