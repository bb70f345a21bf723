/** What a pass knows about a node's queue. */
export interface QueueLook {
  /** When the oldest visible message was inserted, in milliseconds since 1970; null: none. */
  readonly headInsertedAt: number | null;
  /** When a worker that serves this node of this chain and version was last seen; null: none is known. */
  readonly servedAt: number | null;
}

/**
 * R8: whether a worker that serves the node has been there since an instant. A message that no worker takes,
 * or that an older app puts back, says nothing about what it carries. So what is out is given up only where
 * this holds. Until then it is sent again as before: a process that takes it reports that it serves the node.
 */
export function isServedSince({ servedAt }: Pick<QueueLook, 'servedAt'>, at: number): boolean {
  return servedAt !== null && servedAt >= at;
}
