import { dispatchMessageSchema } from '@tally/contracts';
import { registerQueue } from '@tally/functions-kit';
import { handlePoisonedPermit, intakeStage } from '@tally/run-steps';
import { app } from '../composition.ts';

registerQueue(app, {
  name: 'dispatch-poison',
  stage: intakeStage,
  from: 'poison-queue',
  schema: dispatchMessageSchema,
  handle: async (steps, message, delivery) => await handlePoisonedPermit(steps, intakeStage, message, delivery),
});
