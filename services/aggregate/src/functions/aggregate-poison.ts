import { aggregateMessageSchema } from '@tally/contracts';
import { registerQueue } from '@tally/functions-kit';
import { aggregateStage, handlePoisonedPermit } from '@tally/run-steps';
import { app } from '../composition.ts';

registerQueue(app, {
  name: 'aggregate-poison',
  stage: aggregateStage,
  from: 'poison-queue',
  schema: aggregateMessageSchema,
  handle: async (steps, message, delivery) => await handlePoisonedPermit(steps, aggregateStage, message, delivery),
});
