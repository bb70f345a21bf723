import { defineChain } from '@tally/chain';
import { registryOf } from '@tally/chains';
import * as z from 'zod';

export { shapeOf } from '@tally/chains';

const ITEMS_MAX = 200_000;

/**
 * A chain whose handler does nothing with its items, so that only Tally's own cost remains. Its chunks are as
 * large as rows may hold.
 */
export const nothing = defineChain({
  name: 'nothing',
  version: 1,
  app: 'nothing',
  input: z.object({ items: z.array(z.number()).min(1).max(ITEMS_MAX) }),
})
  .rootMap('work', {
    itemsOf: 'items',
    item: z.number(),
    result: z.literal(true),
    sizing: { large: { items: 50_000, chunkItems: 100 }, maxShards: 32 },
    window: 6_400,
    maxItems: ITEMS_MAX,
  })
  .output(({ work }) => work.output.succeeded);

export const registry = registryOf([nothing]);
