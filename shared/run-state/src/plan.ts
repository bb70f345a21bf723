/** How a run's items are cut: by their number alone. */
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
  /** Most items per chunk. */
  readonly chunkItems: number;
  readonly shards: readonly PlannedShard[];
}

export interface LargeSizing {
  readonly items: number;
  /** Most items per chunk. */
  readonly chunkItems: number;
}

export interface Sizing {
  /** Most items per chunk: what one message permits to work on. */
  readonly maxChunkItems: number;
  /** From this many items on, chunks are larger: fewer messages and requests, but a crash repeats more. */
  readonly large?: LargeSizing | undefined;
  /** A small run is cut into this many chunks, so that its items run side by side. */
  readonly spread: number;
  /** Fewest items per shard: below that one ledger row keeps up. */
  readonly minShardItems: number;
  readonly maxShards: number;
}

/**
 * Cuts items into shards and chunks. All chunks have one size, except the last of each shard. So a chunk's
 * number gives its items (`itemsOfChunk`).
 * @param total items
 * @param window how many items may be claimed at once
 * @throws RangeError without an item
 */
export function planRun(total: number, sizing: Sizing, window: number): Plan {
  if (total < 1) throw new RangeError('a run needs at least one item');
  const { maxChunkItems, large, spread } = sizing;
  const most = large !== undefined && total >= large.items ? large.chunkItems : maxChunkItems;
  const usual = Math.min(most, Math.max(1, Math.ceil(total / spread)));
  return cutRun(total, sizing, window < total ? fillWindow(usual, most, window) : usual);
}

/** At least this share of a full window must be claimed. */
const WELL_FILLED = 0.96;

/**
 * The size of chunks that fill the window. Claims are of whole chunks, or of parts of one chunk that is
 * larger than the window. Chunks of 3 would leave one place of a window of 10 empty, and one place of a
 * window of 2 in every second round.
 */
function fillWindow(usual: number, most: number, window: number): number {
  if (window < usual) return window * Math.min(Math.ceil(usual / window), Math.floor(most / window));
  const claims = Math.floor(window / usual);
  if (claims * usual >= WELL_FILLED * window) return usual;
  return window <= most ? window : Math.floor(window / (claims + 1));
}

/** Cuts items into shards, by a known size of chunks. */
export function cutRun(total: number, { minShardItems, maxShards }: Sizing, chunkItems: number): Plan {
  const wanted = Math.max(minShardItems, Math.ceil(total / maxShards));
  const shardItems = Math.ceil(wanted / chunkItems) * chunkItems;
  const shards: PlannedShard[] = [];
  for (let first = 0; first < total; first += shardItems) {
    const count = Math.min(shardItems, total - first);
    shards.push({ shard: shards.length, first, count, chunks: cutChunks(first, count, chunkItems) });
  }
  return { chunkItems, shards };
}

function cutChunks(first: number, count: number, chunkItems: number): PlannedChunk[] {
  return Array.from({ length: Math.ceil(count / chunkItems) }, (_, chunk) => {
    const start = chunk * chunkItems;
    return { chunk, first: first + start, count: Math.min(chunkItems, count - start) };
  });
}
