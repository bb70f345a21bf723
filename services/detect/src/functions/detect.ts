import { registerQueue } from '@tally/functions-kit';
import { workChunk } from '@tally/run-steps';
import { app, chain, faceCalls, schemas } from '../composition.ts';

registerQueue(app, {
  name: 'detect',
  stage: chain.work,
  from: 'queue',
  schema: schemas.work,
  handle: async (steps, message) => await workChunk(steps, message, faceCalls.tryItems),
});
