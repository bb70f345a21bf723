import { registerHttp } from '@tally/functions-kit';
import { app } from '../composition.ts';
import { answerStatus } from '../http/answer-status.ts';

registerHttp({
  name: 'get-run',
  methods: ['GET'],
  route: 'runs/{id}',
  log: app.log,
  handle: async (request) => await answerStatus(await app.steps(), request),
});
