import { aggregateMessageSchema } from '@tally/contracts';
import { registerQueue } from '@tally/functions-kit';
import { aggregateRun, aggregateStage } from '@tally/run-steps';
import { app } from '../composition.ts';

registerQueue(app, {
  name: 'aggregate',
  stage: aggregateStage,
  from: 'queue',
  schema: aggregateMessageSchema,
  handle: async (steps, message) => await aggregateRun(steps, message),
});
