import type { MapDefinition } from './definition.ts';
import type { WorkedNode } from './nodes.ts';

/** The suffix that the name of a map node's queue for small runs has. */
export const SMALL_LANE = '-small';

/**
 * The queues of a node, the usual one first. A map has a second one for small runs. Behind a large run's
 * messages, the messages of small runs would wait until all of those are done. The host's places for messages
 * in work would be taken as well.
 */
export function lanesOf(node: WorkedNode): readonly [string, ...string[]] {
  return node.kind === 'map' ? [node.queue, smallLaneOf(node)] : [node.queue];
}

/**
 * The map node's queue for a run's messages. A run is small if each of its chunks holds one item, because it
 * has no more items than it is spread over. Only this function decides it: the code that sends and the code
 * that looks for an older message both call it. A message in the other lane is still worked on (I2).
 */
export function laneOf(node: Pick<MapDefinition, 'queue' | 'sizing'>, { total }: { readonly total: number }): string {
  return total <= node.sizing.spread ? smallLaneOf(node) : node.queue;
}

function smallLaneOf({ queue }: Pick<MapDefinition, 'queue'>): string {
  return `${queue}${SMALL_LANE}`;
}
