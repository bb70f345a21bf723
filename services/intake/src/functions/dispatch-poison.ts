import { registerQueue } from '@tally/functions-kit';
import { handlePoisonedPermit } from '@tally/run-steps';
import { app, chain, schemas } from '../composition.ts';

registerQueue(app, {
  name: 'dispatch-poison',
  stage: chain.dispatch,
  from: 'poison-queue',
  schema: schemas.dispatch,
  handle: async (steps, message, delivery) => await handlePoisonedPermit(steps, chain.dispatch, message, delivery),
});
