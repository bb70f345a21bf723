import type { ChainBody } from '@tally/api';
import { renderTable } from '../table.ts';
import type { Verb } from '../verb.ts';

const columns = [
  { title: 'STAGE' },
  { title: 'QUEUE' },
  { title: 'WAITING', align: 'right' },
  { title: 'POISON', align: 'right' },
  { title: 'WORKERS', align: 'right' },
  { title: 'DOES' },
] as const;

export const chainVerb: Verb<object> = {
  usage: 'chain',
  description: 'Shows the stages of the chain, their queues and workers as they are now.',
  perform: async ({ connect }) => {
    const { client } = await connect();
    const chain = await client.chain();
    return { text: renderChain(chain), json: chain };
  },
};

export function renderChain({ name, version, stages }: ChainBody): string {
  const rows = stages.map(({ name: stage, queue, depth, poison, workers, does }) => [
    stage,
    queue,
    String(depth),
    String(poison),
    String(workers),
    does,
  ]);
  return `Chain ${name}, version ${version}\n\n${renderTable(columns, rows)}`;
}
