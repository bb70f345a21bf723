import { registerQueue } from '@tally/functions-kit';
import { handlePoisonedWork } from '@tally/run-steps';
import { app, chain, schemas } from '../composition.ts';

registerQueue(app, {
  name: 'detect-poison',
  stage: chain.work,
  from: 'poison-queue',
  schema: schemas.work,
  handle: async (steps, message, delivery) => await handlePoisonedWork(steps, message, delivery),
});
