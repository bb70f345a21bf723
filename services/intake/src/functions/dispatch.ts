import { dispatchMessageSchema } from '@tally/contracts';
import { registerQueue } from '@tally/functions-kit';
import { dispatchRun, intakeStage } from '@tally/run-steps';
import { app } from '../composition.ts';

registerQueue(app, {
  name: 'dispatch',
  stage: intakeStage,
  from: 'queue',
  schema: dispatchMessageSchema,
  handle: async (steps, message) => await dispatchRun(steps, message),
});
