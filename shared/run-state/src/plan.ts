/** How a run's items are cut: by the number of items alone, and finer where they are large. */
export interface PlannedChunk {
  readonly chunk: number;
  readonly first: number;
  readonly count: number;
}
export interface PlannedShard {
  readonly shard: number;
  readonly first: number;
  readonly count: number;
  readonly chunks: readonly PlannedChunk[];
}
export interface Plan {
  /** Items a chunk holds at most. */
  readonly chunkItems: number;
  readonly shards: readonly PlannedShard[];
}

export interface Sizing {
  /** Most items a chunk: what one message permits to work on. */
  readonly maxChunkItems: number;
  /** A small run is cut into this many chunks, so that its items run side by side. */
  readonly spread: number;
  /** Fewest items a shard: below that one ledger row keeps up. */
  readonly minShardItems: number;
  readonly maxShards: number;
  /** Most characters of JSON that the items of a chunk take, so that they fit one table property. */
  readonly maxChunkChars: number;
}

/**
 * Cuts items into shards and chunks.
 * @param sizes per item, the characters of its JSON as its chunk's row holds it
 * @throws RangeError with no item, or one that alone is over the limit
 */
export function planRun(sizes: readonly number[], sizing: Sizing): Plan {
  if (sizes.length === 0) throw new RangeError('a run needs at least one item');
  const chunkItems = Math.min(sizing.maxChunkItems, Math.max(1, Math.ceil(sizes.length / sizing.spread)));
  const wanted = Math.max(sizing.minShardItems, Math.ceil(sizes.length / sizing.maxShards));
  const shardItems = Math.ceil(wanted / chunkItems) * chunkItems;
  const shards: PlannedShard[] = [];
  for (let first = 0; first < sizes.length; first += shardItems) {
    const count = Math.min(shardItems, sizes.length - first);
    const chunks = cutChunks(sizes, first, count, chunkItems, sizing.maxChunkChars);
    shards.push({ shard: shards.length, first, count, chunks });
  }
  return { chunkItems, shards };
}

function cutChunks(sizes: readonly number[], first: number, count: number, maxItems: number, maxChars: number) {
  const chunks: PlannedChunk[] = [];
  let start = first;
  let chars = 0;
  for (const [step, size] of sizes.slice(first, first + count).entries()) {
    const index = first + step;
    if (size > maxChars) throw new RangeError(`item ${index} takes ${size} characters, more than ${maxChars}`);
    if (index > start && (index - start === maxItems || chars + size > maxChars)) {
      chunks.push({ chunk: chunks.length, first: start, count: index - start });
      start = index;
      chars = 0;
    }
    chars += size;
  }
  chunks.push({ chunk: chunks.length, first: start, count: first + count - start });
  return chunks;
}
