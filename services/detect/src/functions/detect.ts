import { registerItems } from '@tally/functions-kit';
import { stagesOfNode } from '@tally/run-steps';
import * as z from 'zod';
import { app, definition, faceCalls } from '../composition.ts';

const urlSchema = z.string();

// A chunk's images go to the endpoint together, so that this process can keep to its limits. So there is no
// handler per item.
registerItems(app, stagesOfNode(definition, 'detect'), async (items, { run, lane, until }, signal) => {
  const urls = items.map(({ index, input }) => ({ index, input: urlSchema.parse(input) }));
  return await faceCalls.tryItems(urls, { lane, run: run.runId, signal, until });
});
