import type { ChainBody } from '@tally/api';
import { renderTable } from '../table.ts';
import type { Verb } from '../verb.ts';

const columns = [
  { title: 'QUEUE' },
  { title: 'APP' },
  { title: 'WAITING', align: 'right' },
  { title: 'POISON', align: 'right' },
  { title: 'WORKERS', align: 'right' },
  { title: 'DOES' },
] as const;

export const chainVerb: Verb<object> = {
  usage: 'chain',
  description: 'Shows the queues of the chains and their workers as they are now.',
  perform: async ({ connect }) => {
    const { client } = await connect();
    const chain = await client.chain();
    return { text: renderChain(chain), json: chain };
  },
};

export function renderChain({ stages }: ChainBody): string {
  const rows = stages.map(({ queue, app, depth, poison, workers, does }) => [
    queue,
    app,
    String(depth),
    String(poison),
    String(workers),
    does,
  ]);
  return renderTable(columns, rows);
}
