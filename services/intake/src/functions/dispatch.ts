import { registerQueue } from '@tally/functions-kit';
import { dispatchRun } from '@tally/run-steps';
import { app, chain, schemas } from '../composition.ts';

registerQueue(app, {
  name: 'dispatch',
  stage: chain.dispatch,
  from: 'queue',
  schema: schemas.dispatch,
  handle: async (steps, message) => await dispatchRun(steps, message),
});
