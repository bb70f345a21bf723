import { registerQueue } from '@tally/functions-kit';
import { collectShard } from '@tally/run-steps';
import { app, chain, schemas } from '../composition.ts';

registerQueue(app, {
  name: 'collect',
  stage: chain.collect,
  from: 'queue',
  schema: schemas.collect,
  handle: async (steps, message) => await collectShard(steps, message),
});
