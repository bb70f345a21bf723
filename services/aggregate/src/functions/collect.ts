import { collectMessageSchema } from '@tally/contracts';
import { registerQueue } from '@tally/functions-kit';
import { aggregateStage, collectRun } from '@tally/run-steps';
import { app } from '../composition.ts';

registerQueue(app, {
  name: 'collect',
  stage: aggregateStage,
  from: 'queue',
  schema: collectMessageSchema,
  handle: async (steps, message) => await collectRun(steps, message),
});
