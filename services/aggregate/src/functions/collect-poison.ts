import { registerQueue } from '@tally/functions-kit';
import { handlePoisonedPermit } from '@tally/run-steps';
import { app, chain, schemas } from '../composition.ts';

registerQueue(app, {
  name: 'collect-poison',
  stage: chain.collect,
  from: 'poison-queue',
  schema: schemas.collect,
  handle: async (steps, message, delivery) => await handlePoisonedPermit(steps, chain.collect, message, delivery),
});
