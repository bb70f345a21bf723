import { registerItems } from '@tally/functions-kit';
import { stageOfNode } from '@tally/run-steps';
import { z } from 'zod';
import { app, definition, faceCalls } from '../composition.ts';

// A chunk's images go to the endpoint together, so that this process can keep to its limits: no handler an item.
registerItems(app, stageOfNode(definition, 'detect'), async (items, about, signal) => {
  const urls = items.map(({ index, input }) => ({ index, input: z.string().parse(input) }));
  return await faceCalls.tryItems(urls, about, signal);
});
