import type { MapDefinition } from './definition.ts';
import type { WorkedNode } from './nodes.ts';

/** What the queue of a map node's small runs is called, behind the name of the node's queue. */
export const SMALL_LANE = '-small';

/**
 * The queues of a node, the usual one first. A map has a second one for small runs: behind the messages of a large run theirs would wait until all of those that came
 * before them are worked off, and so would the host's places for messages in work.
 */
export function lanesOf(node: WorkedNode): readonly [string, ...string[]] {
  return node.kind === 'map' ? [node.queue, smallLaneOf(node)] : [node.queue];
}

/**
 * The queue of a map node that a run's messages go through. A run is small whose chunks hold an item each, for there are fewer items than it is spread over.
 * The one place that says so: whoever sends, and whoever looks whether an older message waits, asks here. A message that is in the other lane is worked on all
 * the same (I2).
 */
export function laneOf(node: Pick<MapDefinition, 'queue' | 'sizing'>, { total }: { readonly total: number }): string {
  return total <= node.sizing.spread ? smallLaneOf(node) : node.queue;
}

function smallLaneOf({ queue }: Pick<MapDefinition, 'queue'>): string {
  return `${queue}${SMALL_LANE}`;
}
