import type { Chain } from './declaration.ts';
import { poisonQueueOf, queueOf } from './derive.ts';

/** The chain as a Mermaid flowchart: who sends to which queue, and where results meet. */
export function pictureOf(chain: Pick<Chain<never, never, never>, 'dispatch' | 'work' | 'collect'>): string {
  const { dispatch, work, collect } = chain;
  const queue = (id: string, name: string) => `  ${id}[/"queue ${name}"/]`;
  return [
    'flowchart LR',
    '  client(["POST /api/runs"]) --> dispatch',
    `  dispatch["<b>${dispatch.name}</b><br/>${dispatch.does}"]`,
    `  work["<b>${work.name}</b><br/>${work.does}"]`,
    `  collect["<b>${collect.name}</b><br/>${collect.does}"]`,
    '  tables[("tables<br/>runs, chunks, index, deadletters")]',
    queue('dispatchQueue', queueOf(dispatch)),
    queue('workQueue', queueOf(work)),
    queue('collectQueue', queueOf(collect)),
    '  dispatch --> dispatchQueue --> dispatch',
    '  dispatch --> workQueue --> work',
    '  work -- next chunks --> workQueue',
    '  work -- shard finished --> collectQueue --> collect',
    '  collect -. wakes shards .-> dispatchQueue',
    '  collect -. sends overdue chunks again .-> workQueue',
    `  workQueue -. "${work.listening.maxDequeueCount} deliveries" .-> poison[/"queue ${poisonQueueOf(work)}"/] -.-> work`,
    '  dispatch & work & collect <--> tables',
  ].join('\n');
}
