import type { ChainDefinition } from '@tally/chain';
import { AGGREGATE_QUEUE, DISPATCH_QUEUE, poisonQueueOf } from '@tally/contracts';
import { aggregateStage, intakeStage, stagesOfNode } from '@tally/run-steps';

/**
 * The path of a chain's items as a Mermaid flowchart: which app sends to which queue, and where results meet.
 */
export function pathPictureOf(chain: ChainDefinition, node: string): string {
  const [work, ...lanes] = stagesOfNode(chain, node);
  const names = [work, ...lanes].map(({ name }) => name);
  const queue = (id: string, name: string) => `  ${id}[/"queue ${name}"/]`;
  return [
    'flowchart LR',
    '  client(["POST /api/runs"]) --> dispatch',
    `  dispatch["<b>${intakeStage.app}</b><br/>${intakeStage.does}"]`,
    `  work["<b>${work.app}</b><br/>${work.does}"]`,
    `  aggregate["<b>${aggregateStage.app}</b><br/>${aggregateStage.does}"]`,
    '  tables[("tables<br/>runs, chunks, index, deadletters")]',
    queue('dispatchQueue', DISPATCH_QUEUE),
    `  workQueue[/"queue ${names.join(' or ')}"/]`,
    queue('aggregateQueue', AGGREGATE_QUEUE),
    '  dispatch --> dispatchQueue --> dispatch',
    '  dispatch --> workQueue --> work',
    '  work -- next chunks --> workQueue',
    '  work -- shard finished --> aggregateQueue --> aggregate',
    '  aggregate -. wakes shards .-> dispatchQueue',
    '  aggregate -. sends overdue chunks again .-> workQueue',
    `  workQueue -. "${work.listening.maxDequeueCount} deliveries" .-> poison[/"queue ${names.map(poisonQueueOf).join(' or ')}"/] -.-> work`,
    '  dispatch & work & aggregate <--> tables',
  ].join('\n');
}
