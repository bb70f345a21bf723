import type { ChainDefinition, MapDefinition } from '@tally/chain';
import { anyJson, type Json, type StagePolicy } from '@tally/contracts';
import type { MapView, Run } from '@tally/run-state';
import {
  createShardCommitter,
  type MapShape,
  type RunStore,
  type ShardCommitter,
  type ShardKey,
  type ShardStore,
} from '@tally/run-store';
import * as z from 'zod';
import { chainOf, mapOf, type Registry } from './registry.ts';

/** What the steps for a map node's shards work with. */
export interface MapStage {
  readonly chain: ChainDefinition;
  readonly node: MapDefinition;
  readonly policy: StagePolicy;
  readonly store: ShardStore;
  readonly committer: ShardCommitter;
}

/** Shards whose chain this process doesn't know, or doesn't need. They can only be closed and counted. */
export type AnyShards = Pick<MapStage, 'store' | 'committer'>;

/** The map nodes of all chains that this process knows, each composed once. */
export class MapStages {
  /** For closing or counting shards of any chain (R8). */
  readonly any: AnyShards;
  readonly #registry: Pick<Registry, 'chains'>;
  readonly #parts: StageParts;
  readonly #stages = new Map<MapDefinition, MapStage>();

  constructor(registry: Pick<Registry, 'chains'>, parts: StageParts) {
    this.#registry = registry;
    this.#parts = parts;
    const store = parts.store.shards(ANY_SHAPE);
    this.any = { store, committer: createShardCommitter({ ...committing(parts), store, policy: NO_POLICY }) };
  }

  /** A map node of a run's chain; undefined: this process doesn't know it. */
  of(run: Pick<Run, 'name' | 'chainVersion'>, node: string): MapStage | undefined {
    const chain = chainOf(this.#registry, run);
    const definition = mapOf(chain, node);
    if (chain === undefined || definition === undefined) return undefined;
    const known = this.#stages.get(definition);
    if (known !== undefined) return known;
    const policy = policyOf(definition);
    const store = this.#parts.store.shards(shapeOf(definition));
    const committer = createShardCommitter({ ...committing(this.#parts), store, policy });
    const stage = { chain, node: definition, policy, store, committer };
    this.#stages.set(definition, stage);
    return stage;
  }
}

export interface StageParts {
  readonly store: Pick<RunStore, 'shards' | 'pause'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random?: (() => number) | undefined;
}

function committing({ store: { pause }, now, random }: StageParts) {
  return { pause, now, random };
}

function shapeOf({ column, item, result, fold }: MapDefinition): MapShape {
  return { itemColumn: column, itemSchema: item, resultSchema: result, foldSchema: fold.schema };
}

/** What the core needs to know of a map node. */
function policyOf({ fold, retry, repair }: MapDefinition): StagePolicy {
  const { schema, ...rest } = fold;
  const checkFold = (folded: Json) => {
    const encoded = z.safeEncode(schema, folded);
    if (!encoded.success) throw new RangeError(z.prettifyError(encoded.error));
  };
  return { fold: rest, checkFold, retry, repair };
}

const ANY_SHAPE: MapShape = {
  ...{ itemColumn: 'items', itemSchema: anyJson, resultSchema: anyJson, foldSchema: anyJson },
};
/** A placeholder: where it is used, nothing is tried, added or repaired. */
const NO_POLICY: StagePolicy = {
  fold: { empty: null, add: (folded) => folded, merge: (left) => left },
  checkFold: () => undefined,
  retry: { maxAttempts: 1, firstDelayMs: 0, maxDelayMs: 0 },
  repair: { overdueMs: 1, usualFactor: 1, wholeSends: 1, singleSpreadFactor: 1, maxSends: 1 },
};

/** The key of a map node's shard, as a view names it. */
export function shardKeyOf(
  { runId, generation, node, since }: Pick<MapView, 'runId' | 'generation' | 'node' | 'since'>,
  shard: number,
): ShardKey {
  return { runId, generation, node, since, shard };
}
