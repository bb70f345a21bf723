import {
  type ChainDefinition,
  findNode,
  isWorked,
  lanesOf,
  type MapDefinition,
  OWN_LISTENING,
  type QueueListening,
  type WorkedNode,
  workedNodesOf,
} from '@tally/chain';
import { AGGREGATE_QUEUE, DISPATCH_QUEUE } from '@tally/contracts';
import type { Run } from '@tally/run-state';

/** The chains and versions that this process knows. */
export interface Registry {
  readonly chains: readonly ChainDefinition[];
}

/** The chain of a run, in the version that it began with; undefined: this process doesn't know it (R8). */
export function chainOf(
  { chains }: Pick<Registry, 'chains'>,
  { name, chainVersion }: Pick<Run, 'name' | 'chainVersion'>,
): ChainDefinition | undefined {
  return chains.find((chain) => chain.name === name && chain.version === chainVersion);
}

/** A map node of a chain. */
export function mapOf(chain: ChainDefinition | undefined, node: string): MapDefinition | undefined {
  return chain?.nodes.find((known): known is MapDefinition => known.kind === 'map' && known.name === node);
}

/** The queue of a task or map node, for a map the usual one; undefined: it has none, or isn't known. */
export function queueOfNode(chain: ChainDefinition | undefined, node: string): string | undefined {
  const found = chain === undefined ? undefined : findNode(chain, node);
  return found !== undefined && isWorked(found) ? found.queue : undefined;
}

/** I2: whether a queue belongs to a node. */
export function isLaneOf(node: WorkedNode, queue: string): boolean {
  return lanesOf(node).includes(queue);
}

/** A queue and the app that listens to it. */
export interface Stage {
  /** The queue's name, which names the stage too. */
  readonly name: string;
  readonly app: string;
  readonly does: string;
  readonly listening: QueueListening;
}

/** The stages of the two apps that every deployment has, whatever its chains. */
export const intakeStage: Stage = {
  ...{ name: DISPATCH_QUEUE, app: 'intake', listening: OWN_LISTENING.intake },
  does: 'starts runs, writes their items and hands them out',
};
export const aggregateStage: Stage = {
  ...{ name: AGGREGATE_QUEUE, app: 'aggregate', listening: OWN_LISTENING.aggregate },
  does: 'counts finished shards, ends waits and runs; its timer repairs what got lost',
};

/**
 * The stages of a task or map node, one for each queue, the usual one first.
 * @throws Error where the chain has no such node with a queue
 */
export function stagesOfNode(chain: ChainDefinition, node: string): readonly [Stage, ...Stage[]] {
  const found = findNode(chain, node);
  const listening = found !== undefined && isWorked(found) ? chain.apps[found.app] : undefined;
  if (found === undefined || !isWorked(found) || listening === undefined)
    throw new Error(`chain "${chain.name}" has no node "${node}" with a queue`);
  const { app, does = '' } = found;
  const [usual, ...others] = lanesOf(found);
  return [
    { name: usual, app, does, listening },
    ...others.map((name) => ({ name, app, does: `${does} of small runs`.trim(), listening })),
  ];
}

/** All stages in the order of the path, each queue once, because versions of a chain share their queues. */
export function stagesOf(registry: Registry): Stage[] {
  const worked = registry.chains.flatMap((chain) =>
    workedNodesOf(chain).flatMap(({ name }) => stagesOfNode(chain, name)),
  );
  const byQueue = new Map(worked.map((stage) => [stage.name, stage]));
  return [intakeStage, ...byQueue.values(), aggregateStage];
}
